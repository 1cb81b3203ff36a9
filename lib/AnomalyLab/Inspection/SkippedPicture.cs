using AnomalyLab.Display;

namespace AnomalyLab.Inspection;

/// <summary>A picture that was passed over.</summary>
/// <param name="Path">The file.</param>
/// <param name="Reason">What is wrong with it and what to do, in a sentence.</param>
public sealed record SkippedPicture(string Path, string Reason)
{
    private const int MostNamed = 10;

    /// <summary>What was passed over, in a few sentences however many files there are.</summary>
    /// <param name="skipped">The pictures.</param>
    /// <param name="others">Files that are no pictures.</param>
    public static IEnumerable<string> Describe(IReadOnlyList<SkippedPicture> skipped, IReadOnlyList<string> others)
    {
        foreach (var picture in skipped.Take(MostNamed))
            yield return Texts.Format($"Passed over: {picture.Reason}");
        if (skipped.Count > MostNamed)
            yield return Texts.Format($"Passed over: {skipped.Count - MostNamed} more.");
        if (others.Count > 0)
            yield return Texts.Format($"Passed over: {others.Count} of other kinds, such as {string.Join(", ", others.Take(3).Select(System.IO.Path.GetFileName))}.");
    }
}
