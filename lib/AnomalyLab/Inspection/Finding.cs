using AnomalyLab.Display;

namespace AnomalyLab.Inspection;

/// <summary>What an inspector says of one picture; <see cref="Inspector.Overlay"/> shows where.</summary>
/// <param name="Path">The file.</param>
/// <param name="Score">Its anomaly score: 0 is as usual, and there is no upper end.</param>
/// <param name="Threshold">A picture is called defective when its score is at least this.</param>
public sealed record Finding(string Path, double Score, double Threshold)
{
    /// <summary>Whether the picture is called defective.</summary>
    public bool IsDefective => Score >= Threshold;

    /// <summary>The verdict as a word: <c>defective</c> or <c>good</c>.</summary>
    public string Verdict => IsDefective ? "defective" : "good";

    /// <summary>The file's name, the verdict and the score.</summary>
    public override string ToString() => Texts.Format($"{System.IO.Path.GetFileName(Path)}: {Texts.Of(Verdict)}, score {Score:0.###}");
}
