using System.Globalization;
using System.Runtime.ExceptionServices;
using System.Text;
using AnomalyLab.Data;
using AnomalyLab.Display;
using AnomalyLab.Evaluation;
using static AnomalyLab.Visualization.Figure;

namespace AnomalyLab.Inspection;

/// <summary>What was found in a folder of pictures.</summary>
/// <param name="Folder">The folder.</param>
/// <param name="Findings">One for each picture, the highest score first.</param>
/// <param name="Unreadable">The files that were passed over.</param>
/// <param name="Threshold">The threshold, and what it promises.</param>
[TypeFormatterSource(typeof(DisplayFormatters))]
public sealed record InspectionReport(
    string Folder, IReadOnlyList<Finding> Findings, IReadOnlyList<UnreadablePicture> Unreadable, HeldOutThreshold Threshold) : IDisplayable
{
    /// <summary>How many pictures are called defective.</summary>
    public int Defective => Findings.Count(finding => finding.IsDefective);

    /// <summary>
    /// Writes <c>findings.csv</c> (path, score, threshold, verdict), a picture with the anomaly map laid over it for each
    /// finding in <c>overlays</c>, and the page <c>index.html</c> to look through, worst first. Files of these names are replaced.
    /// </summary>
    /// <param name="folder">Where to; made where it is missing. Not in the folder of the pictures, which would take the overlays for pictures the next time.</param>
    /// <param name="progress">Is told how far it is.</param>
    /// <param name="cancellation">Ends it early; the page is written last.</param>
    /// <exception cref="ArgumentException">The folder lies in that of the pictures.</exception>
    /// <exception cref="IOException">The disk is full, or a file cannot be written.</exception>
    public void Write(string folder, IProgress<InspectionProgress>? progress = null, CancellationToken cancellation = default)
    {
        if (!Path.GetRelativePath(Folder, folder).StartsWith("..", StringComparison.Ordinal))
            throw new ArgumentException($"{folder} lies in {Folder}, where the overlays would be taken for pictures the next time: choose a folder outside.", nameof(folder));
        Directory.CreateDirectory(folder);
        var done = 0;
        try
        {
            Parallel.ForEach(Findings, new ParallelOptions { CancellationToken = cancellation }, finding =>
            {
                finding.Overlay().Save(Path.Combine(folder, OverlayOf(finding)));
                progress?.Report(new("writing", (double)Interlocked.Increment(ref done) / Findings.Count));
            });
        }
        catch (AggregateException e)
        {
            ExceptionDispatchInfo.Throw(e.InnerExceptions[0]);
        }
        AtomicFile.Write(Path.Combine(folder, "findings.csv"), file => file.Write(Encoding.UTF8.GetBytes(ToCsv())));
        AtomicFile.Write(Path.Combine(folder, "index.html"), file => file.Write(Encoding.UTF8.GetBytes(ToPage())));
    }

    /// <inheritdoc/>
    public string ToHtml() => ToTable().ToHtml();

    /// <summary>The counts, and the worst findings.</summary>
    public override string ToString() => ToTable().ToString();

    private Table ToTable() => new($"{Findings.Count} pictures, {Defective} called defective", ["picture", new("score", "0.000"), "verdict"],
        [.. Findings.Take(10).Select(IReadOnlyList<object?> (finding) => [NameOf(finding.Path), finding.Score, finding.Verdict])])
    {
        Notes = [.. Findings.Count > 10 ? [$"the ten highest scores of {Findings.Count}"] : Array.Empty<string>(), $"{Threshold}", .. Unreadable.Select(picture => $"passed over: {picture.Reason}")],
    };

    private string NameOf(string path) => Path.GetRelativePath(Folder, path).Replace('\\', '/');

    private string OverlayOf(Finding finding) => $"overlays/{NameOf(finding.Path)}.png";

    private string ToCsv()
    {
        string[] rows =
        [
            "path,score,threshold,verdict",
            .. Findings.Select(finding => string.Create(CultureInfo.InvariantCulture, $"{Quoted(NameOf(finding.Path))},{finding.Score},{finding.Threshold},{finding.Verdict}")),
            .. Unreadable.Select(picture => $"{Quoted(NameOf(picture.Path))},,,unreadable"),
        ];
        return string.Concat(rows.Select(row => row + "\r\n"));
    }

    /// <summary>As RFC 4180 has it.</summary>
    private static string Quoted(string text) => text.AsSpan().ContainsAny(",\"\r\n") ? $"\"{text.Replace("\"", "\"\"")}\"" : text;

    private string ToPage() =>
        $"""
        <!DOCTYPE html>
        <html lang="en">
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width">
        <title>{Encode(Path.GetFileName(Folder))}: {Defective} of {Findings.Count} called defective</title>
        <style>
        body {"{ font-family: system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #222; background: #fff }"}
        figure {"{ margin: 0 0 1.5rem } img { max-width: 100%; display: block } figcaption { padding: .3rem 0 } .defective { color: #a00; font-weight: 600 }"}
        </style>
        <h1>{Encode(Path.GetFileName(Folder))}</h1>
        <p>{Findings.Count} pictures, {Defective} called defective, the highest score first. Left the picture, right the same with what looks defective in blue to red; dark red reaches the threshold.</p>
        <p>Threshold {Encode(Threshold.ToString())}.</p>
        {(Unreadable.Count == 0 ? "" : $"<h2>Passed over</h2>\n<ul>\n{string.Join('\n', Unreadable.Select(picture => $"<li>{Encode(picture.Reason)}</li>"))}\n</ul>")}
        <h2>Pictures</h2>
        {string.Join('\n', Findings.Select(Entry))}
        </html>
        """;

    private string Entry(Finding finding) =>
        $"""<figure><img loading="lazy" alt="{Encode(NameOf(finding.Path))}" src="{string.Join('/', OverlayOf(finding).Split('/').Select(Uri.EscapeDataString))}"><figcaption><span class="{finding.Verdict}">{finding.Verdict}</span>, score {finding.Score:0.000}: {Encode(NameOf(finding.Path))}</figcaption></figure>""";
}
