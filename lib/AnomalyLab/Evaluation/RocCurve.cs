using AnomalyLab.Display;

namespace AnomalyLab.Evaluation;

/// <summary>
/// The receiver operating characteristic: what every possible threshold on the anomaly score would do to the good
/// and to the defective samples.
/// </summary>
/// <remarks>
/// Points and thresholds are those of scikit-learn's <c>roc_curve(…, drop_intermediate=False)</c>.
/// </remarks>
public sealed class RocCurve
{
    private readonly Confusion[] confusions; // one a point

    private RocCurve(RocPoint[] points, Confusion[] confusions)
    {
        Points = points;
        this.confusions = confusions;
        Auc = AreaUnder(confusions);
    }

    /// <summary>
    /// One point for each distinct score, from the highest to the lowest, after a first point with the threshold
    /// +infinity, which no score reaches.
    /// </summary>
    /// <remarks>
    /// A sample is called defective when its score is at least the point's threshold. So the first point is always
    /// (0, 0), nothing called defective; the last, whose threshold is the lowest score, is always (1, 1), everything
    /// called defective. Both rates never fall from point to point. Points on a straight line are kept: each is a
    /// threshold that can be chosen.
    /// </remarks>
    public IReadOnlyList<RocPoint> Points { get; }

    /// <summary>
    /// The area under the curve (image AUROC when the scores are those of images), 0..1: the probability that a
    /// random defective sample scores higher than a random good one; a tie counts one half.
    /// </summary>
    public double Auc { get; }

    /// <summary>The largest <see cref="Confusion.F1"/> over all thresholds (F1-max), 0..1; <see cref="BestF1"/> is where.</summary>
    public double F1Max => confusions.Max(at => at.F1);

    /// <summary>
    /// The 95 % confidence interval of <see cref="Auc"/>: for new samples drawn alike, in 95 of 100 draws the interval contains
    /// the area that infinitely many samples would give.
    /// </summary>
    /// <returns>Low ≤ AUC ≤ high, in 0..1.</returns>
    /// <remarks>
    /// DeLong's variance (DeLong, DeLong, Clarke-Pearson, Biometrics 1988) on the logit scale, as Perme and Manevski,
    /// "Confidence intervals for the Mann-Whitney test" (Statistical Methods in Medical Research 2019), advise: with few
    /// samples and an area near 1, AUC ± 1.96 deviations holds the true area far less often than 95 times. Where good and
    /// defective samples do not overlap, that variance is 0, which only says that they are few; the interval is then
    /// Newcombe's (Statistics in Medicine 2006, method 5): the areas for which a measured 1 would be no surprise. The
    /// interval covers the choice of samples, not the choice of the training's seed.
    /// </remarks>
    public (double Low, double High) AucInterval() => Evaluation.AucInterval.Of(confusions, Auc);

    /// <summary>Counts, for each distinct score as the threshold, what is called defective.</summary>
    /// <param name="isDefective">The truth, one entry a sample; at least one good and one defective.</param>
    /// <param name="scores">The anomaly scores in the same order; finite, higher means more likely defective.</param>
    /// <exception cref="ArgumentException">
    /// The lists differ in length, all samples are good or all are defective, or a score is not finite.
    /// </exception>
    public static RocCurve From(IReadOnlyList<bool> isDefective, IReadOnlyList<double> scores)
    {
        LabelledScores.Check(isDefective, scores);
        var defective = isDefective.Count(label => label);
        var good = isDefective.Count - defective;
        if (good == 0)
            throw new ArgumentException(Texts.Of("There is no good sample, so no false-positive rate; a ROC curve needs good and defective samples."));
        if (defective == 0)
            throw new ArgumentException(Texts.Of("There is no defective sample, so no true-positive rate; a ROC curve needs good and defective samples."));

        var confusion = new Confusion(0, 0, TrueNegatives: good, FalseNegatives: defective);
        List<RocPoint> points = [new(double.PositiveInfinity, 0, 0)];
        List<Confusion> confusions = [confusion];
        var (sorted, labels) = (scores.ToArray(), isDefective.ToArray());
        Array.Sort(sorted, labels);
        for (int last = sorted.Length - 1, next; last >= 0; last = next)
        {
            var found = 0;
            for (next = last; next >= 0 && sorted[next] == sorted[last]; next--)
                found += labels[next] ? 1 : 0;
            var alarms = last - next - found;
            confusion = new(confusion.TruePositives + found, confusion.FalsePositives + alarms,
                confusion.TrueNegatives - alarms, confusion.FalseNegatives - found);
            points.Add(new(sorted[last], confusion.FalsePositiveRate, confusion.TruePositiveRate));
            confusions.Add(confusion);
        }
        return new([.. points], [.. confusions]);
    }

    /// <summary>
    /// The smallest of the curve's thresholds that calls no good sample defective. Where a good sample has the highest
    /// score it is +infinity, which finds nothing.
    /// </summary>
    public ThresholdChoice NoFalseAlarm() => AtFalsePositiveRate(0, Texts.Of("no false alarm"));

    /// <summary>The largest threshold that misses no defective sample: the lowest score of a defective one.</summary>
    public ThresholdChoice NoMiss() => Choose(Texts.Of("no miss"), Array.FindIndex(confusions, at => at.FalseNegatives == 0));

    /// <summary>
    /// The threshold that finds the most defective samples with a false-positive rate of at most
    /// <paramref name="atMost"/>; of several that find as many, the highest.
    /// </summary>
    /// <param name="atMost">The wanted false-alarm rate, 0..1.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="atMost"/> is not in 0..1.</exception>
    public ThresholdChoice AtFalsePositiveRate(double atMost)
    {
        if (atMost is not (>= 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(atMost), Texts.Format($"The wanted false-alarm rate is {atMost}; give a share of the good samples from 0 to 1, such as 0.05."));
        return AtFalsePositiveRate(atMost, Texts.Format($"false-alarm rate at most {atMost}"));
    }

    /// <summary>The threshold with the highest <see cref="Confusion.F1"/> (F1-max); of several, the highest.</summary>
    public ThresholdChoice BestF1() => Choose(Texts.Of("best F1"), FirstBest(confusions, at => at.F1));

    /// <summary>The area and the number of thresholds.</summary>
    public override string ToString() =>
        Texts.Format($"ROC curve of {confusions[^1].FalsePositives} good and {confusions[^1].TruePositives} defective samples, {Points.Count} thresholds, AUC {Auc:0.000}");

    private ThresholdChoice AtFalsePositiveRate(double atMost, string rule) =>
        Choose(rule, FirstBest(confusions.Where(at => at.FalsePositiveRate <= atMost), at => at.TruePositives));

    private ThresholdChoice Choose(string rule, int index) =>
        new(rule, Points[index].Threshold, Points[index].TruePositiveRate, Points[index].FalsePositiveRate);

    private static int FirstBest(IEnumerable<Confusion> confusions, Func<Confusion, double> quality) =>
        confusions.Index().MaxBy(at => quality(at.Item)).Index; // MaxBy keeps the first of equals

    /// <summary>The trapezoidal rule, in whole numbers up to the last division.</summary>
    private static double AreaUnder(Confusion[] confusions)
    {
        var twice = confusions.Zip(confusions.Skip(1), (a, b) =>
            (long)(b.FalsePositives - a.FalsePositives) * (a.TruePositives + b.TruePositives)).Sum();
        return twice / (2.0 * confusions[^1].FalsePositives * confusions[^1].TruePositives);
    }
}
