using AnomalyLab.Display;

namespace AnomalyLab.Evaluation;

/// <summary>Checks that labels and scores are valid; every measure uses it.</summary>
internal static class LabelledScores
{
    /// <exception cref="ArgumentException">The lists differ in length, or a score is not finite.</exception>
    public static void Check(IReadOnlyList<bool> isDefective, IReadOnlyList<double> scores)
    {
        if (isDefective.Count != scores.Count)
            throw new ArgumentException(Texts.Format($"There are {isDefective.Count} labels but {scores.Count} scores; give one label and one score for each sample, in the same order."));
        for (var i = 0; i < scores.Count; i++)
        {
            if (!double.IsFinite(scores[i]))
                throw new ArgumentException(Texts.Format($"The score of sample {i} (counted from 0) is {scores[i]}; scores have to be finite numbers. Look at the model's output for this sample."));
        }
    }
}
