using AnomalyLab.Display;

namespace AnomalyLab.Evaluation;

/// <summary>
/// How often a threshold is right and wrong. "Positive" means called defective, as everywhere in the field:
/// a false positive is a false alarm, a false negative is a miss.
/// </summary>
/// <param name="TruePositives">Defective samples called defective.</param>
/// <param name="FalsePositives">Good samples called defective: false alarms.</param>
/// <param name="TrueNegatives">Good samples called good.</param>
/// <param name="FalseNegatives">Defective samples called good: misses.</param>
/// <remarks>
/// A rate whose denominator is 0 (no defective samples, nothing called defective, …) is 0, as in scikit-learn's
/// <c>zero_division=0</c>.
/// </remarks>
[TypeFormatterSource(typeof(DisplayFormatters))]
public sealed record Confusion(int TruePositives, int FalsePositives, int TrueNegatives, int FalseNegatives) : IDisplayable
{
    /// <summary>Counts what a threshold does: a sample is called defective when its score is at least the threshold.</summary>
    /// <param name="threshold">Any number, infinities included; not NaN.</param>
    /// <param name="isDefective">The truth, one entry a sample.</param>
    /// <param name="scores">The anomaly scores in the same order; finite.</param>
    /// <exception cref="ArgumentException">The lists differ in length, a score is not finite, or the threshold is NaN.</exception>
    public static Confusion At(double threshold, IReadOnlyList<bool> isDefective, IReadOnlyList<double> scores)
    {
        if (double.IsNaN(threshold))
            throw new ArgumentException(Texts.Of("The threshold is NaN; give a number to compare the scores with."));
        LabelledScores.Check(isDefective, scores);
        var counts = new int[2, 2];
        for (var i = 0; i < scores.Count; i++)
            counts[isDefective[i] ? 1 : 0, scores[i] >= threshold ? 1 : 0]++;
        return new(TruePositives: counts[1, 1], FalsePositives: counts[0, 1], TrueNegatives: counts[0, 0], FalseNegatives: counts[1, 0]);
    }

    /// <summary>The share of the defective samples that are called defective (TPR), 0..1; the same as <see cref="Recall"/>.</summary>
    public double TruePositiveRate => Ratio(TruePositives, TruePositives + FalseNegatives);

    /// <summary>The share of the good samples that are called defective (FPR), 0..1: the false-alarm rate.</summary>
    public double FalsePositiveRate => Ratio(FalsePositives, FalsePositives + TrueNegatives);

    /// <summary>The share of the samples called defective that are, 0..1.</summary>
    public double Precision => Ratio(TruePositives, TruePositives + FalsePositives);

    /// <summary>The share of the defective samples that are found, 0..1.</summary>
    public double Recall => TruePositiveRate;

    /// <summary>The harmonic mean of precision and recall, 0..1: 2·TP / (2·TP + FP + FN).</summary>
    public double F1 => Ratio(2 * TruePositives, 2 * TruePositives + FalsePositives + FalseNegatives);

    /// <inheritdoc/>
    public string ToHtml() => ToTable().ToHtml();

    /// <summary>The four counts as a table, and the rates below it.</summary>
    public override string ToString() => ToTable().ToString();

    private Table ToTable() => new("", ["", Texts.Of("called good"), Texts.Of("called defective")],
        [[Texts.Of("good"), TrueNegatives, FalsePositives], [Texts.Of("defective"), FalseNegatives, TruePositives]])
    {
        Notes = [Texts.Format($"TPR {TruePositiveRate:0.000}, FPR {FalsePositiveRate:0.000}, precision {Precision:0.000}, recall {Recall:0.000}, F1 {F1:0.000}")],
    };

    private static double Ratio(int part, int whole) => whole == 0 ? 0 : (double)part / whole;
}
