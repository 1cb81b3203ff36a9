using System.Net;
using System.Text;
using ColorCode;
using NotebookKernel.Notebooks;
using NotebookKernel.Running;
using Tutorial.Notebooks;
using Tutorial.Running;

namespace Tutorial.Site;

/// <summary>
/// Writes the site: an index and a page a notebook, each a single file with its style and pictures inside, so that it
/// opens from disk, offline, and can be passed on.
/// </summary>
internal sealed class SiteWriter
{
    private readonly OutputFolder _folder;
    private readonly Results _results;
    private readonly IReadOnlyList<CourseNotebook> _notebooks;
    private readonly string _style;

    private SiteWriter(OutputFolder folder, IReadOnlyList<CourseNotebook> notebooks, Results results)
    {
        (_folder, _notebooks, _results) = (folder, notebooks, results);
        using var style = new StreamReader(typeof(SiteWriter).Assembly.GetManifestResourceStream("site.css")!);
        _style = style.ReadToEnd();
    }

    /// <summary>Writes all pages.</summary>
    /// <param name="folder">Where to.</param>
    /// <param name="notebooks">The chosen notebooks as they were before they ran.</param>
    /// <param name="results">How they went.</param>
    public static void Write(OutputFolder folder, IReadOnlyList<CourseNotebook> notebooks, Results results)
    {
        var site = new SiteWriter(folder, notebooks, results);
        for (var i = 0; i < notebooks.Count; i++)
            site.WriteNotebook(i);
        site.WriteIndex();
    }

    private void WriteNotebook(int at)
    {
        var (written, result) = (_notebooks[at], _results.Notebooks[at]);
        var executed = _folder.Executed(written.Name);
        var notebook = File.Exists(executed) ? CourseNotebook.Read(executed) : written;
        var markdown = new MarkdownHtml(Path.GetDirectoryName(written.Path)!, [.. _notebooks.Select(other => other.Name)]);
        var outputs = new OutputHtml(markdown);
        var body = new StringBuilder();
        if (result.Status != NotebookStatus.Ok)
            body.Append($"""<p class="notice{(result.Status == NotebookStatus.NotRun ? "" : " bad")}">{Encode(StatusText(result))}</p>""");

        foreach (var cell in notebook.Content.Cells)
        {
            if (cell.IsMarkdown)
            {
                body.Append($"""<section class="markdown">{markdown.Render(cell)}</section>""");
                continue;
            }
            if (string.IsNullOrWhiteSpace(cell.Source))
                continue;
            if (!cell.IsCode)
            {
                body.Append($"""<section class="markdown"><pre>{Encode(cell.Source)}</pre></section>"""); // raw: meant for other programs
                continue;
            }
            var failed = cell.Outputs.Any(output => output is ErrorOutput);
            body.Append($"""<section class="code{(failed ? " failed" : "")}">""");
            if (cell.Tags.Contains("injected-parameters"))
                body.Append("""<p class="caption">Set for this run:</p>""");
            body.Append(Code(cell.Source));
            var shown = string.Concat(cell.Outputs.Select(outputs.Render));
            if (shown.Length > 0)
                body.Append($"""<div class="output">{shown}</div>""");
            body.Append("</section>\n");
        }

        body.Append("""<nav class="next">""");
        body.Append(at > 0 ? $"""<a rel="prev" href="{_notebooks[at - 1].Name}.html">← {Encode(_notebooks[at - 1].Title)}</a>""" : """<a href="index.html">← Overview</a>""");
        if (at + 1 < _notebooks.Count)
            body.Append($"""<a rel="next" href="{_notebooks[at + 1].Name}.html">{Encode(_notebooks[at + 1].Title)} →</a>""");
        body.Append("</nav>");
        WritePage(_folder.Page(written.Name), written.Title, written.Name, body.ToString());
    }

    private void WriteIndex()
    {
        var body = new StringBuilder("""<section class="markdown"><h1>Image anomaly detection in C#</h1></section>""");
        body.Append($"<p>{_results.Started:d MMMM yyyy, HH:mm}, {Words.Duration(_results.Seconds)}, {Encode(_results.Machine.Os)}, {_results.Machine.Cores} cores, {Encode(_results.Machine.Dotnet)}.");
        if (_results.Parameters.Count > 0)
            body.Append($" Set for this run: {string.Join(", ", _results.Parameters.Select(parameter => $"<code>{Encode($"{parameter.Key}={parameter.Value}")}</code>"))}.");
        body.Append("</p>");
        if (_results.Notebooks.FirstOrDefault(result => result.Status is not (NotebookStatus.Ok or NotebookStatus.NotRun)) is { } stopped)
            body.Append($"""<p class="notice bad"><a href="{stopped.Name}.html">{Encode(stopped.Name)}</a>: {Encode(StatusText(stopped))}</p>""");

        body.Append("""<div class="scroll"><table class="notebooks"><thead><tr><th>Notebook</th><th>Status</th><th>Time</th></tr></thead><tbody>""");
        foreach (var (notebook, result) in _notebooks.Zip(_results.Notebooks))
        {
            body.Append($"""
                <tr><td><a href="{notebook.Name}.html">{Encode(notebook.Title)}</a><br><small>{Encode(notebook.Name)}</small></td>
                <td class="{(result.Status == NotebookStatus.Ok ? "good" : result.Status == NotebookStatus.NotRun ? "" : "bad")}">{Words.Of(result.Status)}</td>
                <td>{(result.Status == NotebookStatus.NotRun ? "" : Words.Duration(result.Seconds))}</td></tr>
                """);
        }
        body.Append("</tbody></table></div>");

        if (_results.Notebooks.Any(result => result.Values.Count > 0))
        {
            body.Append("""<section class="markdown"><h2>Results</h2></section><div class="scroll"><table class="values"><thead><tr><th>Value</th><th></th><th>Recorded by</th></tr></thead><tbody>""");
            foreach (var (name, value, by) in _results.Notebooks.SelectMany(result => result.Values.Select(value => (value.Key, value.Value, result.Name))))
                body.Append($"""<tr><td><code>{Encode(name)}</code></td><td class="number">{Encode(NotebookResult.Text(value))}</td><td><a href="{by}.html">{Encode(by)}</a></td></tr>""");
            body.Append("</tbody></table></div>");
        }
        body.Append($"""<p>Everything here, for programs: <a href="{Results.FileName}">{Results.FileName}</a>.</p>""");
        WritePage(_folder.Index, "AnomalyLab", "index", body.ToString());
    }

    private void WritePage(string file, string title, string current, string body)
    {
        string Link(string name, string text) => $"""<li><a href="{name}.html"{(name == current ? " aria-current=\"page\"" : "")}>{Encode(text)}</a></li>""";

        var notice = DataNotice.For(_results.Data);
        File.WriteAllText(file, $"""
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>{Encode(title)}</title>
            <style>{_style}</style>
            </head>
            <body>
            <nav class="course"><details><summary>AnomalyLab</summary><ol>{Link("index", "Overview")}{string.Concat(_notebooks.Select(notebook => Link(notebook.Name, notebook.Title)))}</ol></details></nav>
            <main>
            {(notice is null ? "" : $"""<p class="notice">{Encode(notice)}</p>""")}
            {body}
            </main>
            </body>
            </html>

            """);
    }

    private static string StatusText(NotebookResult result) => result.Status switch
    {
        NotebookStatus.NotRun => "This notebook was not run.",
        NotebookStatus.Cancelled => "This notebook was cancelled.",
        NotebookStatus.Timeout => "This notebook reached its time limit.",
        _ => $"This notebook failed. {result.Error}",
    };

    private static string Code(string source) => new HtmlClassFormatter().GetHtmlString(source, Languages.CSharp);

    private static string Encode(string text) => WebUtility.HtmlEncode(text);
}
