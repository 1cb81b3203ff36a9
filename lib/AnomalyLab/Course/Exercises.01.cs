namespace AnomalyLab.Course;

public static partial class Exercises
{
    /// <summary>Notebook 1: how often a program is right that calls everything bad.</summary>
    /// <param name="rightness">Takes the numbers of good and of bad pictures and gives the part of right answers, 0 to 1.</param>
    public static ExerciseResult AlwaysBad(Func<int, int, double>? rightness) => ExerciseCheck.Of(rightness,
        (good, bad) => (double)bad / (good + bad),
        trials: [[20, 63], [63, 63], [10, 30]],
        mistakes: new()
        {
            ["whole numbers"] = (good, bad) => bad / (good + bad),
            ["per good"] = (good, bad) => (double)bad / good,
            ["per cent"] = (good, bad) => 100.0 * bad / (good + bad),
            ["good ones"] = (good, bad) => (double)good / (good + bad),
        });

    /// <summary>Notebook 1: how many good pictures have to move to the test to balance it.</summary>
    /// <param name="moved">Takes the numbers of good and of bad pictures in the test and gives how many good ones are missing.</param>
    public static ExerciseResult Rebalance(Func<int, int, int>? moved) => ExerciseCheck.Of(moved,
        (good, bad) => Math.Max(0, bad - good),
        trials: [[20, 63], [63, 63], [70, 63]],
        mistakes: new()
        {
            ["negative"] = (good, bad) => bad - good,
            ["without sign"] = (good, bad) => Math.Abs(bad - good),
            ["half"] = (good, bad) => Math.Max(0, (bad - good) / 2),
            ["the wrong way"] = (good, bad) => Math.Max(0, good - bad),
        });
}
