using AnomalyLab.Display;

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
[TypeFormatterSource(typeof(DisplayFormatters))]
public sealed record TrainingResult(TrainingOptions Options, IReadOnlyList<EpochRecord> History, TrainingEnd End, double Seconds) : IDisplayable
{
    /// <summary>The epoch with the smallest validation loss; the first of them.</summary>
    public EpochRecord Best => History.MinBy(e => e.ValidationLoss)!;

    /// <summary>The mean time of an epoch.</summary>
    public double SecondsPerEpoch => History.Average(e => e.Seconds);

    /// <inheritdoc/>
    public string ToHtml() => ToTable().ToHtml();

    /// <inheritdoc/>
    public override string ToString() => ToTable().ToString();

    private Table ToTable() => new("",
        [Texts.Of("ended by"), Texts.Of("epochs"), Texts.Of("seconds"), new(Texts.Of("an epoch (s)"), "0.00"), Texts.Of("best epoch"), new(Texts.Of("best validation loss"), "0.000000")],
        [[Reason, History.Count, Math.Round(Seconds), SecondsPerEpoch, Best.Epoch, Best.ValidationLoss]]);

    private string Reason => End switch
    {
        TrainingEnd.OutOfPatience => Texts.Format($"patience ({Options.Patience})"),
        TrainingEnd.Interrupted => Texts.Of("interruption"),
        _ => Texts.Of("number of epochs"),
    };
}
