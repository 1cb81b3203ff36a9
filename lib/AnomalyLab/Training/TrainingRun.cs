namespace AnomalyLab.Training;

/// <summary>One training in the log: its data, its options and its results.</summary>
/// <param name="Time">When it ended.</param>
/// <param name="Model">The checkpoint's file name.</param>
/// <param name="Data">What it was trained on, such as <c>synthetic bottle, 132 images of 128×128</c>.</param>
/// <param name="Options">How it was trained.</param>
/// <param name="ValidationLosses">The mean squared error on the validation images after each epoch; at least one.</param>
/// <param name="End">Why it ended.</param>
/// <param name="Seconds">How long its epochs took in all.</param>
public sealed record TrainingRun(
    DateTimeOffset Time, string Model, string Data, TrainingOptions Options, IReadOnlyList<double> ValidationLosses, TrainingEnd End, double Seconds)
{
    /// <summary>What was trained, such as <c>Autoencoder, 6,996,979 weights</c>.</summary>
    public string? Architecture { get; init; }

    /// <summary>The loss that was minimised, such as <c>mean squared error</c>.</summary>
    public string? Loss { get; init; }

    /// <summary>The image AUROC on the test samples, 0..1, where it was measured: see <see cref="RunLog.AddAuc"/>.</summary>
    public double? Auc { get; init; }

    /// <summary>The smallest validation loss.</summary>
    public double BestLoss => ValidationLosses.Min();

    /// <summary>The epoch with the smallest validation loss, from 1; the first of them.</summary>
    public int BestEpoch => ValidationLosses.Index().MinBy(epoch => epoch.Item).Index + 1;

    /// <summary>The log's record of a training.</summary>
    /// <param name="result">What it gave.</param>
    /// <param name="checkpoint">Where its weights are.</param>
    /// <param name="data">What it was trained on.</param>
    /// <param name="time">When it ended.</param>
    public static TrainingRun Of(TrainingResult result, string checkpoint, string data, DateTimeOffset time) =>
        new(time, Path.GetFileName(checkpoint), data, result.Options, [.. result.History.Select(e => e.ValidationLoss)], result.End, result.History.Sum(e => e.Seconds));
}
