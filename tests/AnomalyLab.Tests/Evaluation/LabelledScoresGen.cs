using CsCheck;

namespace AnomalyLab.Tests.Evaluation;

/// <summary>Random labels and scores: at least one good and one defective sample, and many ties.</summary>
internal static class LabelledScoresGen
{
    public const int HighestScore = 20;

    public static readonly Gen<(bool[] Labels, double[] Scores)> Samples =
        Gen.Select(Gen.Bool, Gen.Int[0, HighestScore]).Array[2, 50]
            .Select(samples => (Labels: Array.ConvertAll(samples, s => s.Item1), Scores: Array.ConvertAll(samples, s => (double)s.Item2)))
            .Where(samples => samples.Labels.Contains(true) && samples.Labels.Contains(false));
}
