namespace AnomalyLab.Course;

public static partial class Exercises
{
    /// <summary>Notebook 10: the false-alarm rate that a threshold may promise.</summary>
    /// <param name="rate">Takes how many good pictures were held out, and how many of them the threshold calls defective; gives the rate.</param>
    public static ExerciseResult PromisedRate(Func<int, int, double>? rate) => ExerciseCheck.Of(rate,
        (heldOut, alarms) => (alarms + 1.0) / (heldOut + 1),
        trials: [[41, 1], [10, 0], [99, 4]],
        mistakes: new()
        {
            ["seen rate"] = (heldOut, alarms) => (double)alarms / heldOut,
            ["new one not an alarm"] = (heldOut, alarms) => (double)alarms / (heldOut + 1),
            ["new one not counted"] = (heldOut, alarms) => (alarms + 1.0) / heldOut,
            ["whole numbers"] = (heldOut, alarms) => (alarms + 1) / (heldOut + 1),
        });

    /// <summary>Notebook 10: a threshold from good pictures alone.</summary>
    /// <param name="threshold">
    /// Takes the scores of held-out good pictures, all different, and the wanted false-alarm rate; gives the lowest threshold that keeps
    /// the promise if every score above it is called defective, and +∞ where there are too few pictures for it.
    /// </param>
    public static ExerciseResult HeldOutThreshold(Func<double[], double, double>? threshold) => ExerciseCheck.Of(threshold,
        (scores, rate) => JthHighest(scores, (int)(rate * (scores.Length + 1))),
        trials:
        [
            [new[] { 3.0, 9, 1, 7, 5, 8, 2, 6, 4 }, 0.25],
            [new[] { 4.0, 1, 3, 2 }, 0.125],
            [new[] { 0.3, 0.9, 0.5 }, 0.25],
        ],
        mistakes: new()
        {
            ["of those seen"] = (scores, rate) => JthHighest(scores, (int)(rate * scores.Length)),
            ["quantile"] = (scores, rate) => JthHighest(scores, (int)(rate * scores.Length) + 1),
            ["one too low"] = (scores, rate) => (int)(rate * (scores.Length + 1)) is var j && j < 1 ? double.PositiveInfinity : JthHighest(scores, j + 1),
            ["promised too much"] = (scores, rate) => JthHighest(scores, Math.Max(1, (int)(rate * (scores.Length + 1)))),
            ["from below"] = (scores, rate) => -JthHighest([.. scores.Select(score => -score)], (int)(rate * (scores.Length + 1))),
        });

    /// <summary>The j-th highest score; +∞ for 0.</summary>
    private static double JthHighest(double[] scores, int j) => j < 1 ? double.PositiveInfinity : scores.OrderDescending().ElementAt(j - 1);
}
