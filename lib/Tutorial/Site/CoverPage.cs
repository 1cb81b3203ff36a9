using System.Net;
using System.Text.RegularExpressions;
using NotebookKernel.Notebooks;
using NotebookKernel.Running;
using Tutorial.Notebooks;
using Tutorial.Running;

namespace Tutorial.Site;

/// <summary>The site's first page: what the course is about, what one can do after it, and its notebooks.</summary>
/// <param name="notebooks">The chosen notebooks.</param>
/// <param name="shown">The same with what the run left in them.</param>
/// <param name="results">How they went.</param>
/// <param name="texts">The site's own texts.</param>
internal sealed partial class CoverPage(IReadOnlyList<CourseNotebook> notebooks, IReadOnlyList<CourseNotebook> shown, Results results, SiteTexts texts)
{
    /// <summary>The HTML.</summary>
    /// <param name="markdown">For the notebooks' goals and for the figure.</param>
    public string Html(MarkdownHtml markdown) => $"""
        {Stopped()}
        <h1>{Encode(texts.Title)}</h1>
        <p class="lead">{Encode(texts.Lead)}</p>
        {Picture(markdown)}
        <h2>{Encode(texts.Afterwards)}</h2>
        <ul>{string.Concat(texts.Abilities.Select(ability => $"<li>{Encode(ability)}</li>"))}</ul>
        <h2>{Encode(texts.Notebooks)}</h2>
        {(notebooks.Sum(notebook => notebook.Minutes) is > 0 and var sum ? $"<p>{Encode(string.Format(texts.InAll, sum))}</p>" : "")}
        <ol class="lessons">
        {string.Join('\n', notebooks.Select(notebook => Lesson(notebook, markdown)))}
        </ol>
        """;

    private string Stopped() => results.Notebooks.FirstOrDefault(result => result.Status is not (NotebookStatus.Ok or NotebookStatus.NotRun)) is { } stopped
        ? $"""<p class="notice bad"><a href="{stopped.Name}.html">{Encode(stopped.Name)}</a>: {Encode(string.Format(texts.Sentences[stopped.Status], stopped.Error))}</p>"""
        : "";

    private string Lesson(CourseNotebook notebook, MarkdownHtml markdown) => $"""
        <li><a href="{notebook.Name}.html">{Encode(notebook.Title)}</a>
        <span class="minutes">{(notebook.Minutes is { } minutes ? string.Format(texts.Minutes, minutes) : "")}</span>
        {(notebook.Goal is { Length: > 0 } goal ? $"""<div class="goal">{markdown.Render(char.ToUpperInvariant(goal[0]) + goal[1..])}</div>""" : "")}</li>
        """;

    /// <summary>The run's first bottle with a defect, else the course's drawing of such a one.</summary>
    private string Picture(MarkdownHtml markdown)
    {
        if (shown.SelectMany(notebook => notebook.Content.Cells).SelectMany(cell => cell.Outputs).OfType<DisplayOutput>()
            .Select(output => Defective().Match(output.Data.GetValueOrDefault("text/html", ""))).FirstOrDefault(match => match.Success) is { } found)
        {
            var caption = string.Format(texts.Picture, found.Groups["sample"].Value); // in HTML already
            return $"""<figure class="picture"><img src="{found.Groups["png"].Value}" alt=""><figcaption>{caption}</figcaption></figure>""";
        }
        var figure = (texts.Language == "en" ? "figures/" : $"../figures/{texts.Language}/") + "input-reconstruction-difference.svg";
        return File.Exists(Path.Combine(Path.GetDirectoryName(notebooks[0].Path)!, figure)) ? $"""<div class="picture">{markdown.Render($"![{texts.Figure}]({figure})")}</div>""" : "";
    }

    /// <summary>A row of <see cref="AnomalyLab.Visualization.Triptych"/> that is not a good sample's.</summary>
    [GeneratedRegex("""data-triptych.*?<img alt="(?<sample>test/(?!good/)[^",、]+)[,、][^>]*src="(?<png>data:image/png;base64,[^"]+)">""", RegexOptions.Singleline)]
    private static partial Regex Defective();

    private static string Encode(string text) => WebUtility.HtmlEncode(text);
}
