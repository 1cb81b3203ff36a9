namespace AnomalyLab.Course;

public static partial class Exercises
{
    /// <summary>Notebook 7: the threshold that costs least.</summary>
    /// <param name="threshold">
    /// Takes the truth, the scores, the cost of a miss and the cost of a false alarm, and gives the score that costs least as a
    /// threshold; what is at least the threshold is reported.
    /// </param>
    public static ExerciseResult CheapestThreshold(Func<bool[], double[], double, double, double>? threshold) => ExerciseCheck.Of(threshold,
        (isDefective, scores, costOfMiss, costOfAlarm) => scores.MinBy(at => Cost(isDefective, scores, at, costOfMiss, costOfAlarm)),
        trials: [[defective, tenScores, 10.0, 1.0], [defective, tenScores, 1.0, 10.0]],
        mistakes: new()
        {
            ["costs exchanged"] = (isDefective, scores, costOfMiss, costOfAlarm) => scores.MinBy(at => Cost(isDefective, scores, at, costOfAlarm, costOfMiss)),
            ["costs ignored"] = (isDefective, scores, _, _) => scores.MinBy(at => Cost(isDefective, scores, at, 1, 1)),
            ["above only"] = (isDefective, scores, costOfMiss, costOfAlarm) => scores.MinBy(at => Cost(isDefective, scores, Math.BitIncrement(at), costOfMiss, costOfAlarm)),
            ["dearest"] = (isDefective, scores, costOfMiss, costOfAlarm) => scores.MaxBy(at => Cost(isDefective, scores, at, costOfMiss, costOfAlarm)),
            ["cost returned"] = (isDefective, scores, costOfMiss, costOfAlarm) => scores.Min(at => Cost(isDefective, scores, at, costOfMiss, costOfAlarm)),
        });

    /// <summary>Notebook 7: what rates mean on a day on which few parts are bad.</summary>
    /// <param name="perThousand">Takes TPR, FPR and how many of a thousand parts are bad, and gives how many of the thousand are missed and how many are false alarms.</param>
    public static ExerciseResult PerThousand(Func<double, double, int, (double Missed, double Alarms)>? perThousand) => ExerciseCheck.Of(perThousand,
        (tpr, fpr, bad) => (bad * (1 - tpr), (1000 - bad) * fpr),
        trials: [[0.9, 0.05, 10], [0.5, 0.2, 100]],
        mistakes: new()
        {
            ["alarms among all"] = (tpr, fpr, bad) => (bad * (1 - tpr), 1000 * fpr),
            ["found instead"] = (tpr, fpr, bad) => (bad * tpr, (1000 - bad) * fpr),
            ["balanced"] = (tpr, fpr, _) => (500 * (1 - tpr), 500 * fpr),
            ["swapped"] = (tpr, fpr, bad) => ((1000 - bad) * fpr, bad * (1 - tpr)),
        });

    /// <summary>Notebook 7: what may be promised after good parts without a false alarm.</summary>
    /// <param name="rate">Takes how many good parts were seen, none of them reported, and gives the false-alarm rate at which that has a chance of 5 %.</param>
    public static ExerciseResult NoAlarmYet(Func<int, double>? rate) => ExerciseCheck.Of(rate,
        good => 1 - Math.Pow(0.05, 1.0 / good),
        trials: [[63], [300]],
        mistakes: new()
        {
            ["whole numbers"] = good => 1 - Math.Pow(0.05, 1 / good),
            ["not reported"] = good => Math.Pow(0.05, 1.0 / good),
            ["95 %"] = good => 1 - Math.Pow(0.95, 1.0 / good),
            ["rule of three"] = good => 3.0 / good,
        });

    private static readonly bool[] defective = [true, false, false, true, false, true, false, true, false, true];
    private static readonly double[] tenScores = [9, 2, 8, 3, 5, 7, 1, 10, 4, 6];

    private static double Cost(bool[] isDefective, double[] scores, double threshold, double costOfMiss, double costOfAlarm) =>
        scores.Select((score, i) => isDefective[i] ? score < threshold ? costOfMiss : 0 : score >= threshold ? costOfAlarm : 0).Sum();
}
