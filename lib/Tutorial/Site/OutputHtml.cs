using System.Net;
using NotebookKernel.Notebooks;

namespace Tutorial.Site;

/// <summary>Outputs as HTML, each by the richest of its types.</summary>
/// <param name="markdown">For outputs in Markdown.</param>
internal sealed class OutputHtml(MarkdownHtml markdown)
{
    /// <summary>The HTML of an output; empty for outputs for programs only, such as recorded values.</summary>
    /// <param name="output">The output.</param>
    public string Render(NotebookOutput output) => output switch
    {
        StreamOutput stream => $"""<pre class="stream{(stream.IsError ? " stderr" : "")}">{Encode(Ansi.Strip(stream.Text))}</pre>""",
        ErrorOutput error => $"""<pre class="error"><strong>{Encode(error.Name)}: {Encode(error.Message)}</strong>{"\n"}{Encode(Ansi.Strip(error.Traceback))}</pre>""",
        DisplayOutput display => Render(display.Data),
        _ => "",
    };

    private string Render(IReadOnlyDictionary<string, string> data)
    {
        var plain = data.GetValueOrDefault("text/plain");
        if (data.TryGetValue("text/html", out var html))
            return $"""<div class="html">{html}</div>""";
        if (data.TryGetValue("image/svg+xml", out var svg))
            return Image("image/svg+xml", Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(svg)), plain);
        if (data.FirstOrDefault(entry => entry.Key.StartsWith("image/", StringComparison.Ordinal)) is { Key: { } type, Value: var image })
            return Image(type, image.Replace("\n", ""), plain);
        if (data.TryGetValue("text/markdown", out var text))
            return $"""<div class="html">{markdown.Render(text)}</div>""";
        return plain is null ? "" : $"""<pre class="plain">{Encode(Ansi.Strip(plain))}</pre>""";
    }

    private static string Image(string type, string base64, string? plain) =>
        $"""<img src="data:{type};base64,{base64}" alt="{Encode(plain ?? "picture")}">""";

    private static string Encode(string text) => WebUtility.HtmlEncode(text);
}
