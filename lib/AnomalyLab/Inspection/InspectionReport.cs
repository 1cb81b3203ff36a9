using AnomalyLab.Display;
using AnomalyLab.Evaluation;

namespace AnomalyLab.Inspection;

/// <summary>What was found in a folder of pictures.</summary>
/// <param name="Folder">The folder.</param>
/// <param name="Findings">One for each picture, the highest score first.</param>
/// <param name="Skipped">The pictures that were passed over.</param>
/// <param name="Others">Files in the folder whose names are not those of pictures.</param>
/// <param name="Threshold">The threshold, and what it promises.</param>
[TypeFormatterSource(typeof(DisplayFormatters))]
public sealed record InspectionReport(
    string Folder, IReadOnlyList<Finding> Findings, IReadOnlyList<SkippedPicture> Skipped, IReadOnlyList<string> Others, HeldOutThreshold Threshold) : IDisplayable
{
    /// <summary>How many pictures are called defective.</summary>
    public int Defective => Findings.Count(finding => finding.IsDefective);

    /// <inheritdoc/>
    public string ToHtml() => ToTable().ToHtml();

    /// <summary>The counts, and the worst findings.</summary>
    public override string ToString() => ToTable().ToString();

    private Table ToTable() => new(Texts.Format($"{Findings.Count} pictures, {Defective} called defective"), [Texts.Of("picture"), new(Texts.Of("score"), "0.000"), Texts.Of("verdict")],
        [.. Findings.Take(10).Select(IReadOnlyList<object?> (finding) => [Path.GetRelativePath(Folder, finding.Path), finding.Score, finding.Verdict])])
    {
        Notes =
        [
            .. Findings.Count > 10 ? [Texts.Format($"the ten highest scores of {Findings.Count}")] : Array.Empty<string>(),
            Texts.Format($"defective from {Threshold.Threshold:0.000} on; false alarms {Threshold.FalseAlarmRate:P1} on average"), .. SkippedPicture.Describe(Skipped, Others),
        ],
    };
}
