using System.Net;
using System.Text;
using ColorCode;
using NotebookKernel.Notebooks;
using NotebookKernel.Running;
using Tutorial.Notebooks;
using Tutorial.Running;

namespace Tutorial.Site;

/// <summary>The cells of a notebook with their outputs.</summary>
internal static class NotebookHtml
{
    /// <summary>The HTML of a notebook.</summary>
    /// <param name="notebook">The notebook as it was executed, or as it was written if it never ran.</param>
    /// <param name="result">How it went.</param>
    /// <param name="markdown">For its prose.</param>
    /// <param name="texts">The site's own texts.</param>
    public static string Of(CourseNotebook notebook, NotebookResult result, MarkdownHtml markdown, SiteTexts texts)
    {
        var outputs = new OutputHtml(markdown);
        var html = new StringBuilder();
        if (result.Status != NotebookStatus.Ok)
            html.Append($"""<p class="notice{(result.Status == NotebookStatus.NotRun ? "" : " bad")}">{Encode(string.Format(texts.Sentences[result.Status], result.Error))}</p>""");
        foreach (var cell in notebook.Content.Cells)
        {
            if (cell.IsMarkdown)
                html.Append($"""<section class="markdown">{markdown.Render(cell)}</section>""");
            else if (string.IsNullOrWhiteSpace(cell.Source))
                continue;
            else if (cell.IsCode)
                html.Append(Code(cell, outputs, texts));
            else
                html.Append($"""<section class="markdown"><pre>{Encode(cell.Source)}</pre></section>"""); // raw: meant for other programs
            html.Append('\n');
        }
        return html.ToString();
    }

    private static string Code(NotebookCell cell, OutputHtml outputs, SiteTexts texts)
    {
        var failed = cell.Outputs.Any(output => output is ErrorOutput);
        var shown = string.Concat(cell.Outputs.Select(outputs.Render));
        return $"""
            <section class="code{(failed ? " failed" : "")}">
            {(cell.Tags.Contains("injected-parameters") ? $"""<p class="caption">{Encode(texts.SetForThisRun)}</p>""" : "")}
            {new HtmlClassFormatter().GetHtmlString(cell.Source, Languages.CSharp)}
            <button type="button" class="copy" data-copied="{Encode(texts.Copied)}">{Encode(texts.Copy)}</button>
            {(shown.Length > 0 ? $"""<div class="output">{shown}</div>""" : "")}
            </section>
            """;
    }

    private static string Encode(string text) => WebUtility.HtmlEncode(text);
}
