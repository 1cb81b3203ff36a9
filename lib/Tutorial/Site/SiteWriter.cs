using System.Net;
using NotebookKernel.Notebooks;
using Tutorial.Notebooks;
using Tutorial.Running;

namespace Tutorial.Site;

/// <summary>
/// Writes the site: a cover, a page a notebook, the handout and the log of the run, each a single file with its style, scripts and
/// pictures inside, so that it opens from disk, offline, and can be passed on; and the notebooks to download.
/// </summary>
internal sealed class SiteWriter
{
    private readonly OutputFolder _folder;
    private readonly IReadOnlyList<CourseNotebook> _notebooks;
    private readonly Results _results;
    private readonly SiteTexts _texts;
    private readonly string _handout;
    private readonly string _style = Resource("site.css"), _script = Resource("site.js");

    private SiteWriter(OutputFolder folder, IReadOnlyList<CourseNotebook> notebooks, Results results)
    {
        (_folder, _notebooks, _results, _texts) = (folder, notebooks, results, SiteTexts.In(folder.Language));
        _handout = Path.Combine(Path.GetDirectoryName(notebooks[0].Path)!, folder.Language == "en" ? "workshop" : $"../workshop/{folder.Language}", "handout.md");
    }

    /// <summary>Writes all pages.</summary>
    /// <param name="folder">Where to.</param>
    /// <param name="notebooks">The chosen notebooks as they were before they ran.</param>
    /// <param name="results">How they went.</param>
    public static void Write(OutputFolder folder, IReadOnlyList<CourseNotebook> notebooks, Results results) =>
        new SiteWriter(folder, notebooks, results).Write();

    private void Write()
    {
        foreach (var written in _notebooks)
            WriteDownload(written);
        CourseNotebook[] shown = [.. _notebooks.Select(written => CourseNotebook.Read(File.Exists(_folder.Executed(written.Name)) ? _folder.Executed(written.Name) : _folder.Download(written.Name)))];
        MarkdownHtml Markdown(CourseNotebook written) => new(Path.GetDirectoryName(written.Path)!, [.. _notebooks.Select(other => other.Name)], Glossary.UpTo(written.Path));

        for (var i = 0; i < _notebooks.Count; i++)
        {
            var written = _notebooks[i];
            var markdown = Markdown(written);
            var body = Tools(written) + NotebookHtml.Of(shown[i], _results.Notebooks[i], markdown, _texts) + Neighbours(i);
            WritePage(_folder.Page(written.Name), written.Title, written.Name, body, markdown.Headings);
        }
        WritePage(_folder.Index, _texts.Title, "index", new CoverPage(_notebooks, shown, _results, _texts).Html(Markdown(_notebooks[0])), []);
        if (File.Exists(_handout))
            WritePage(_folder.Handout, _texts.Handout, "handout", Handout(), []);
        WritePage(_folder.Log, _texts.Log, "run", new LogPage(_notebooks, _results, _texts).Html(), []);
        LanguageSwitch.Update(_folder.Course);
    }

    // Whoever works in the notebooks may have saved outputs in them, with pictures that must not be passed on.
    private void WriteDownload(CourseNotebook written)
    {
        var notebook = Notebook.Load(written.Path);
        foreach (var cell in notebook.Cells.Where(cell => cell.IsCode))
            cell.SetOutputs([], null);
        notebook.Save(_folder.Download(written.Name));
    }

    private string Handout() =>
        $"""<div class="handout markdown">{new MarkdownHtml(Path.GetDirectoryName(_handout)!, [], Glossary.Empty).Render(File.ReadAllText(_handout))}</div>""";

    private string Tools(CourseNotebook written) => $"""
        <p class="tools">{(written.Minutes is { } minutes ? $"<span>{string.Format(_texts.Minutes, minutes)}</span>" : "")}
        <span><a href="download/{written.Name}.ipynb" download>{Encode(_texts.Download)}</a> ({Encode(_texts.DownloadHint)})</span></p>
        """;

    private string Neighbours(int at)
    {
        string Link(int to, string direction, string text) => $"""<a rel="{direction}" href="{_notebooks[to].Name}.html">{Encode(text)}</a>""";
        var before = at > 0 ? Link(at - 1, "prev", $"← {_notebooks[at - 1].Title}") : $"""<a href="index.html">← {Encode(_texts.Overview)}</a>""";
        return $"""<nav class="next">{before}{(at + 1 < _notebooks.Count ? Link(at + 1, "next", $"{_notebooks[at + 1].Title} →") : "")}</nav>""";
    }

    private string Contents(string current, IReadOnlyList<(string Id, string Text)> headings)
    {
        string Item(string name, string text, string attributes = "")
        {
            var within = name != current || headings.Count == 0 ? "" : $"<ol>{string.Concat(headings.Select(heading => $"""<li><a href="#{heading.Id}">{Encode(heading.Text)}</a></li>"""))}</ol>";
            return $"""<li{attributes}><a href="{name}.html"{(name == current ? " aria-current=\"page\"" : "")}>{Encode(text)}</a>{within}</li>""";
        }

        return $"""
            <nav class="contents" aria-label="{Encode(_texts.Contents)}"><details><summary>{Encode(_texts.Contents)}</summary><ol>
            {Item("index", _texts.Overview)}
            {string.Join('\n', _notebooks.Select(notebook => Item(notebook.Name, notebook.Title)))}
            {(File.Exists(_handout) ? Item("handout", _texts.Handout, " class=\"apart\"") : "")}
            {Item("run", _texts.Log, " class=\"apart\"")}
            </ol></details></nav>
            """;
    }

    private void WritePage(string file, string title, string current, string body, IReadOnlyList<(string Id, string Text)> headings)
    {
        var notice = current == "handout" ? null : DataNotice.For(_results.Data, _texts);
        File.WriteAllText(file, $"""
            <!doctype html>
            <html lang="{_texts.Language}">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>{Encode(title)}</title>
            <style>{_style}</style>
            </head>
            <body>
            {Contents(current, headings)}
            <main>
            {LanguageSwitch.Place}
            {(notice is null ? "" : $"""<p class="notice">{Encode(notice)}</p>""")}
            {body}
            {(current == "run" ? "" : $"""<footer><a href="run.html">{Encode(_texts.Log)}</a></footer>""")}
            </main>
            <script>{_script}</script>
            </body>
            </html>

            """);
    }

    private static string Resource(string name)
    {
        using var reader = new StreamReader(typeof(SiteWriter).Assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }

    private static string Encode(string text) => WebUtility.HtmlEncode(text);
}
