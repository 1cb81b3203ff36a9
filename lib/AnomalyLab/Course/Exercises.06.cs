namespace AnomalyLab.Course;

public static partial class Exercises
{
    /// <summary>The eleven candidates of notebook 6: whether they passed, and their points.</summary>
    private static readonly bool[] passed = [true, true, false, true, true, false, false, true, false, false, false];
    private static readonly double[] points = [10, 9, 8, 7, 6, 6, 5, 4, 3, 2, 1];

    /// <summary>Notebook 6: both rates at a threshold.</summary>
    /// <param name="rates">Takes the truth, the scores and the threshold, and gives TPR and FPR; a score that is at least the threshold counts as positive.</param>
    public static ExerciseResult Rates(Func<bool[], double[], double, (double Tpr, double Fpr)>? rates) => ExerciseCheck.Of(rates,
        (isPositive, scores, threshold) => RatesOf(isPositive, scores, score => score >= threshold),
        trials: [[passed, points, 10.0], [passed, points, 6.0], [new[] { false, true, true, false, true }, new[] { 0.2, 0.9, 0.1, 0.7, 0.4 }, 0.3]],
        mistakes: new()
        {
            ["whole numbers"] = (isPositive, scores, threshold) => (
                Math.Floor(RatesOf(isPositive, scores, score => score >= threshold).Tpr), Math.Floor(RatesOf(isPositive, scores, score => score >= threshold).Fpr)),
            ["of all"] = (isPositive, scores, threshold) => (Share(isPositive, scores, threshold, true), Share(isPositive, scores, threshold, false)),
            ["above only"] = (isPositive, scores, threshold) => RatesOf(isPositive, scores, score => score > threshold),
            ["swapped"] = (isPositive, scores, threshold) => (
                RatesOf(isPositive, scores, score => score >= threshold).Fpr, RatesOf(isPositive, scores, score => score >= threshold).Tpr),
            ["of the reported"] = (isPositive, scores, threshold) => (Reported(isPositive, scores, threshold, true), Reported(isPositive, scores, threshold, false)),
        });

    /// <summary>Notebook 6: the AUC, counted by pairs.</summary>
    /// <param name="auc">Takes the scores of the positives and of the negatives, and gives the share of the pairs in which the positive has the higher score; a tie counts half.</param>
    public static ExerciseResult AucByPairs(Func<double[], double[], double>? auc) => ExerciseCheck.Of(auc,
        (positives, negatives) => Pairs(positives, negatives, tie: 0.5).Average(),
        trials:
        [
            [new[] { 10.0, 9, 7, 6, 4 }, new[] { 8.0, 6, 5, 3, 2, 1 }],
            [new[] { 0.3, 0.1 }, new[] { 0.2, 0.4, 0.6 }],
            [new[] { 2.0, 2 }, new[] { 1.0, 2 }],
        ],
        mistakes: new()
        {
            ["ties count nothing"] = (positives, negatives) => Pairs(positives, negatives, tie: 0).Average(),
            ["ties count fully"] = (positives, negatives) => Pairs(positives, negatives, tie: 1).Average(),
            ["the wrong way"] = (positives, negatives) => 1 - Pairs(positives, negatives, tie: 0.5).Average(),
            ["not divided"] = (positives, negatives) => Pairs(positives, negatives, tie: 0.5).Sum(),
        });

    /// <summary>Notebook 6: the area under a curve.</summary>
    /// <param name="area">Takes the FPR and the TPR of the curve's points, from (0, 0) to (1, 1), and gives the area under the straight lines between them.</param>
    public static ExerciseResult Area(Func<double[], double[], double>? area) => ExerciseCheck.Of(area,
        (fpr, tpr) => Strips(fpr, tpr, (left, right) => (left + right) / 2),
        trials:
        [
            [new[] { 0, 0.25, 1 }, new[] { 0, 0.75, 1 }],
            [new[] { 0, 0, 0.5, 0.75, 1 }, new[] { 0, 0.25, 0.5, 1, 1 }],
        ],
        mistakes: new()
        {
            ["left heights"] = (fpr, tpr) => Strips(fpr, tpr, (left, _) => left),
            ["right heights"] = (fpr, tpr) => Strips(fpr, tpr, (_, right) => right),
            ["not halved"] = (fpr, tpr) => Strips(fpr, tpr, (left, right) => left + right),
            ["mean height"] = (_, tpr) => tpr.Average(),
        });

    private static (double Tpr, double Fpr) RatesOf(bool[] isPositive, double[] scores, Func<double, bool> isCalled)
    {
        double Rate(bool group) => scores.Where((_, i) => isPositive[i] == group).Average(score => isCalled(score) ? 1.0 : 0);
        return (Rate(true), Rate(false));
    }

    /// <summary>Which share of all samples is called positive and belongs to a group.</summary>
    private static double Share(bool[] isPositive, double[] scores, double threshold, bool group) =>
        (double)scores.Where((score, i) => isPositive[i] == group && score >= threshold).Count() / scores.Length;

    /// <summary>Which share of the samples called positive belongs to a group.</summary>
    private static double Reported(bool[] isPositive, double[] scores, double threshold, bool group) =>
        Share(isPositive, scores, threshold, group) * scores.Length / scores.Count(score => score >= threshold);

    private static IEnumerable<double> Pairs(double[] positives, double[] negatives, double tie) =>
        positives.SelectMany(p => negatives.Select(n => p > n ? 1 : p == n ? tie : 0));

    private static double Strips(double[] x, double[] y, Func<double, double, double> height) =>
        Enumerable.Range(1, x.Length - 1).Sum(i => (x[i] - x[i - 1]) * height(y[i - 1], y[i]));
}
