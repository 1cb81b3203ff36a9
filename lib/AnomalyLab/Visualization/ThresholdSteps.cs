using AnomalyLab.Display;
using AnomalyLab.Evaluation;

namespace AnomalyLab.Visualization;

/// <summary>The steps of a slider for the threshold.</summary>
internal static class ThresholdSteps
{
    /// <summary>Each threshold of a ROC curve, upwards, with what it does.</summary>
    /// <param name="isDefective">The truth, one entry a sample; at least one good and one defective.</param>
    /// <param name="scores">The anomaly scores in the same order; finite.</param>
    /// <param name="start">Where the slider starts: at this threshold, or the next higher one on the curve.</param>
    /// <returns>The steps, and the one to start with.</returns>
    /// <exception cref="ArgumentException">As for <see cref="RocCurve.From"/>, or <paramref name="start"/> is NaN.</exception>
    public static ((double Threshold, Confusion Counts)[] Steps, int Start) Of(IReadOnlyList<bool> isDefective, IReadOnlyList<double> scores, double start)
    {
        if (double.IsNaN(start))
            throw new ArgumentException(Texts.Of("The threshold to start with is NaN; give a number to compare the scores with."), nameof(start));
        var steps = RocCurve.From(isDefective, scores).Points.Reverse().Select(point => (point.Threshold, Confusion.At(point.Threshold, isDefective, scores))).ToArray();
        return (steps, Array.FindIndex(steps, step => step.Threshold >= start));
    }
}
