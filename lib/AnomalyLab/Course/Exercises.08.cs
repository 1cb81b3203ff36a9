namespace AnomalyLab.Course;

public static partial class Exercises
{
    private const double LeastSpread = 0.001;

    /// <summary>Notebook 8: the mean image.</summary>
    /// <param name="mean">Takes pictures, each a list of equally many numbers, and gives the mean of each number over all pictures.</param>
    public static ExerciseResult MeanImage(Func<double[][], double[]>? mean) => ExerciseCheck.Of(mean,
        pictures => EachNumber(pictures, numbers => numbers.Average()),
        trials:
        [
            [new double[][] { [0.2, 0.8], [0.4, 0.8], [0.9, 0.2] }],
            [new double[][] { [0.1, 0.5, 0.9], [0.3, 0.5, 0.1] }],
        ],
        mistakes: new()
        {
            ["mean of each picture"] = pictures => [.. pictures.Select(picture => picture.Average())],
            ["sum"] = pictures => EachNumber(pictures, numbers => numbers.Sum()),
            ["half and half"] = pictures => EachNumber(pictures, numbers => numbers.Aggregate((mean, next) => (mean + next) / 2)),
        });

    /// <summary>Notebook 8: how unusual a difference is at its pixel.</summary>
    /// <param name="spreads">
    /// Takes the differences of good pictures at a pixel, at least two, and a new difference there; gives how many standard deviations
    /// (with n − 1, and at least 0.001) it lies above their mean.
    /// </param>
    public static ExerciseResult Calibrate(Func<double[], double, double>? spreads) => ExerciseCheck.Of(spreads,
        (good, difference) => (difference - good.Average()) / Math.Max(SpreadOf(good, 1), LeastSpread),
        trials:
        [
            [new[] { 0.1, 0.2, 0.3 }, 0.5],
            [new[] { 0.1, 0.1, 0.4, 0.4 }, 0.2],
            [new[] { 0.5, 0.5, 0.5, 0.5 }, 0.75],
        ],
        mistakes: new()
        {
            ["not centred"] = (good, difference) => difference / Math.Max(SpreadOf(good, 1), LeastSpread),
            ["variance"] = (good, difference) => (difference - good.Average()) / Math.Max(Math.Pow(SpreadOf(good, 1), 2), LeastSpread),
            ["no least spread"] = (good, difference) => (difference - good.Average()) / SpreadOf(good, 1),
            ["divided by n"] = (good, difference) => (difference - good.Average()) / Math.Max(SpreadOf(good, 0), LeastSpread),
            ["without sign"] = (good, difference) => Math.Abs(difference - good.Average()) / Math.Max(SpreadOf(good, 1), LeastSpread),
        });

    /// <summary>Notebook 8: the Mahalanobis distance.</summary>
    /// <param name="distance">Takes the numbers of a pixel, their means and the inverse of their covariance matrix, row by row; gives the distance.</param>
    public static ExerciseResult Mahalanobis(Func<double[], double[], double[][], double>? distance) => ExerciseCheck.Of(distance,
        (x, mean, inverse) => Math.Sqrt(OverPairs(x, mean, inverse, (_, _) => true)),
        trials:
        [
            // The two pixels of the figure: a correlation of 0.9.
            [new[] { 1.5, 1.5 }, new[] { 0.0, 0.0 }, new double[][] { [1 / 0.19, -0.9 / 0.19], [-0.9 / 0.19, 1 / 0.19] }],
            [new[] { 1.5, -1.5 }, new[] { 0.0, 0.0 }, new double[][] { [1 / 0.19, -0.9 / 0.19], [-0.9 / 0.19, 1 / 0.19] }],
            [new[] { 0.5, 0.3 }, new[] { 0.2, 0.1 }, new double[][] { [100.0, -20.0], [-20.0, 50.0] }],
        ],
        mistakes: new()
        {
            ["no root"] = (x, mean, inverse) => OverPairs(x, mean, inverse, (_, _) => true),
            ["without the matrix"] = (x, mean, _) => Math.Sqrt(x.Zip(mean, (a, b) => (a - b) * (a - b)).Sum()),
            ["diagonal only"] = (x, mean, inverse) => Math.Sqrt(OverPairs(x, mean, inverse, (i, j) => i == j)),
            ["each pair once"] = (x, mean, inverse) => Math.Sqrt(OverPairs(x, mean, inverse, (i, j) => i <= j)),
            ["not centred"] = (x, mean, inverse) => Math.Sqrt(OverPairs(x, new double[mean.Length], inverse, (_, _) => true)),
        });

    private static double[] EachNumber(double[][] pictures, Func<IEnumerable<double>, double> combined) =>
        [.. Enumerable.Range(0, pictures[0].Length).Select(i => combined(pictures.Select(picture => picture[i])))];

    private static double SpreadOf(double[] values, int lost) =>
        Math.Sqrt(values.Sum(value => Math.Pow(value - values.Average(), 2)) / (values.Length - lost));

    private static double OverPairs(double[] x, double[] mean, double[][] inverse, Func<int, int, bool> counts) =>
        Enumerable.Range(0, x.Length).Sum(i => Enumerable.Range(0, x.Length).Where(j => counts(i, j)).Sum(j => (x[i] - mean[i]) * inverse[i][j] * (x[j] - mean[j])));
}
