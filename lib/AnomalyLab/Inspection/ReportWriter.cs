using System.Globalization;
using System.Text;
using AnomalyLab.Data;
using AnomalyLab.Display;
using AnomalyLab.Visualization;
using static AnomalyLab.Visualization.Figure;

namespace AnomalyLab.Inspection;

/// <summary>
/// Writes a report while pictures are judged: for each a picture with the anomaly map laid over it in <c>overlays</c> and a row in
/// <c>findings.csv</c> (path, score, threshold, verdict); at the end the page <c>index.html</c> to look through, worst first.
/// </summary>
internal sealed class ReportWriter : IDisposable
{
    private const string Page = "index.html";

    private readonly string pictures;
    private readonly string folder;
    private readonly StreamWriter rows;

    /// <param name="pictures">The folder of the pictures.</param>
    /// <param name="folder">Where to; made where it is missing. The page and the table of an earlier report are removed.</param>
    /// <exception cref="IOException">Nothing can be written there, or it lies in the folder of the pictures.</exception>
    public ReportWriter(string pictures, string folder)
    {
        ResultPlace.CheckFolder(folder, pictures);
        (this.pictures, this.folder) = (pictures, folder);
        File.Delete(Path.Combine(folder, Page)); // it shows an earlier run's findings
        rows = new(Path.Combine(folder, "findings.csv"), append: false, new UTF8Encoding(false)) { NewLine = "\r\n" };
        Row("path,score,threshold,verdict");
    }

    /// <summary>Writes the overlay of a picture; from any thread.</summary>
    public void Save(Finding finding, Picture overlay) => overlay.Save(Path.Combine(folder, OverlayOf(finding.Path)));

    /// <summary>Adds a row; it is in the file when this returns.</summary>
    public void Add(Finding finding) =>
        Row(string.Create(CultureInfo.InvariantCulture, $"{Quoted(NameOf(finding.Path))},{finding.Score},{finding.Threshold},{finding.Verdict}"));

    /// <inheritdoc cref="Add(Finding)"/>
    public void Add(SkippedPicture picture) => Row($"{Quoted(NameOf(picture.Path))},,,unreadable");

    /// <summary>Writes the page.</summary>
    /// <param name="report">What was found.</param>
    /// <param name="all">How many pictures there are; more than were judged if it was stopped.</param>
    public void Finish(InspectionReport report, int all) => AtomicFile.Write(Path.Combine(folder, Page), file =>
    {
        using var page = new StreamWriter(file, leaveOpen: true);
        var title = Encode(Path.GetFileName(pictures) is { Length: > 0 } name ? name : pictures);
        var judged = report.Findings.Count + report.Skipped.Count;
        page.WriteLine(
            $"""
            <!DOCTYPE html>
            <html lang="{Texts.Language}">
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width">
            <title>{title}: {Texts.Format($"{report.Findings.Count} pictures, {report.Defective} called defective")}</title>
            <style>
            body {"{ font-family: system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #222; background: #fff }"}
            figure {"{ margin: 0 0 1.5rem } img { max-width: 100%; display: block } figcaption { padding: .3rem 0 } .defective { color: #a00; font-weight: 600 }"}
            </style>
            <h1>{title}</h1>
            {(judged < all ? $"<p><strong>{Texts.Format($"Stopped: {all - judged} of {all} pictures were not judged.")}</strong></p>" : "")}
            <p>{Texts.Format($"{report.Findings.Count} pictures, {report.Defective} called defective, the highest score first. Left the picture, right the same with what looks unusual in blue to red; dark red only where a picture called defective is strangest.")}</p>
            <p>{Encode(Texts.Format($"Threshold {report.Threshold}."))}</p>
            """);
        var passedOver = SkippedPicture.Describe(report.Skipped, report.Others).ToArray();
        if (passedOver.Length > 0)
            page.WriteLine($"<h2>{Texts.Of("Passed over")}</h2>\n<ul>\n{string.Join('\n', passedOver.Select(line => $"<li>{Encode(line)}</li>"))}\n</ul>");
        page.WriteLine($"<h2>{Texts.Of("Pictures")}</h2>");
        foreach (var finding in report.Findings)
            page.WriteLine(Entry(finding));
        page.WriteLine("</html>");
    });

    /// <inheritdoc/>
    public void Dispose() => rows.Dispose();

    private void Row(string row)
    {
        rows.WriteLine(row);
        rows.Flush();
    }

    private string NameOf(string path) => Path.GetRelativePath(pictures, path).Replace('\\', '/');

    private string OverlayOf(string path)
    {
        var file = Path.GetFileName(path);
        return $"overlays/{NameOf(path)[..^file.Length]}{FileName.Shortened(file)}.png";
    }

    /// <summary>A field of the table, quoted as RFC 4180 says.</summary>
    private static string Quoted(string text) => text.AsSpan().ContainsAny(",\"\r\n") ? $"\"{text.Replace("\"", "\"\"")}\"" : text;

    private string Entry(Finding finding) =>
        $"""<figure><img loading="lazy" alt="{Encode(NameOf(finding.Path))}" src="{string.Join('/', OverlayOf(finding.Path).Split('/').Select(Uri.EscapeDataString))}"><figcaption><span class="{finding.Verdict}">{Texts.Of(finding.Verdict)}</span>, {Texts.Format($"score {finding.Score:0.000}")}: {Encode(NameOf(finding.Path))}</figcaption></figure>""";
}
