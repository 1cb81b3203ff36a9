namespace AnomalyLab.Training;

/// <summary>Why a training ended.</summary>
public enum TrainingEnd
{
    /// <summary>All epochs are done.</summary>
    AllEpochs,

    /// <summary>The validation loss has not improved for as many epochs as patience allows.</summary>
    OutOfPatience,

    /// <summary>Somebody interrupted it.</summary>
    Interrupted,
}

/// <summary>What a training gave; the model has the weights of the best epoch.</summary>
/// <param name="Options">How it was trained.</param>
/// <param name="History">The epochs that were completed, at least one.</param>
/// <param name="End">Why it ended.</param>
/// <param name="Seconds">How long it took in all.</param>
public sealed record TrainingResult(TrainingOptions Options, IReadOnlyList<EpochRecord> History, TrainingEnd End, double Seconds)
{
    /// <summary>The epoch with the smallest validation loss; the first of them.</summary>
    public EpochRecord Best => History.MinBy(e => e.ValidationLoss)!;

    /// <summary>The mean time of an epoch.</summary>
    public double SecondsPerEpoch => History.Average(e => e.Seconds);

    /// <inheritdoc/>
    public override string ToString()
    {
        var end = End switch
        {
            TrainingEnd.OutOfPatience => $"out of patience ({Options.Patience}) after",
            TrainingEnd.Interrupted => "interrupted after",
            _ => "all",
        };
        return $"{end} {History.Count} epochs in {Seconds:F0} s ({SecondsPerEpoch:F2} s each); best validation loss {Best.ValidationLoss:F6} in epoch {Best.Epoch}";
    }
}
