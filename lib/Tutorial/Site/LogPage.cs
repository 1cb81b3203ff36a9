using System.Net;
using NotebookKernel.Running;
using Tutorial.Notebooks;
using Tutorial.Running;

namespace Tutorial.Site;

/// <summary>The page about the run: machine, times, and what the notebooks recorded.</summary>
/// <param name="notebooks">The chosen notebooks.</param>
/// <param name="results">How they went.</param>
/// <param name="texts">The site's own texts.</param>
internal sealed class LogPage(IReadOnlyList<CourseNotebook> notebooks, Results results, SiteTexts texts)
{
    /// <summary>The HTML.</summary>
    public string Html() => $"""
        <h1>{Encode(texts.Log)}</h1>
        <p>{Encode(string.Format(texts.Run, $"{results.Started:yyyy-MM-dd HH:mm}", Words.Duration(results.Seconds), results.Machine.Os, results.Machine.Cores, results.Machine.Dotnet))}</p>
        {Parameters()}
        <div class="scroll"><table class="notebooks"><thead><tr><th>{Encode(texts.Notebook)}</th><th>{Encode(texts.Status)}</th><th>{Encode(texts.Time)}</th></tr></thead>
        <tbody>{string.Concat(notebooks.Zip(results.Notebooks, Row))}</tbody></table></div>
        {Values()}
        <p>{Encode(texts.ForPrograms)} <a href="{Results.FileName}">{Results.FileName}</a></p>
        """;

    private string Parameters() => results.Parameters.Count == 0 ? "" :
        $"<p>{Encode(texts.SetForThisRun)} {string.Join(", ", results.Parameters.Select(parameter => $"<code>{Encode($"{parameter.Key}={parameter.Value}")}</code>"))}</p>";

    private string Row(CourseNotebook notebook, NotebookResult result) => $"""
        <tr><td><a href="{notebook.Name}.html">{Encode(notebook.Title)}</a></td>
        <td class="{(result.Status == NotebookStatus.Ok ? "good" : result.Status == NotebookStatus.NotRun ? "" : "bad")}">{Encode(texts.Statuses[result.Status])}</td>
        <td class="number">{(result.Status == NotebookStatus.NotRun ? "" : Words.Duration(result.Seconds))}</td></tr>
        """;

    private string Values()
    {
        var rows = results.Notebooks.Zip(notebooks).SelectMany(pair => pair.First.Values.Select(value =>
            $"""<tr><td><code>{Encode(value.Key)}</code></td><td class="number">{Encode(NotebookResult.Text(value.Value))}</td><td><a href="{pair.First.Name}.html">{Encode(pair.Second.Title)}</a></td></tr>"""));
        return !rows.Any() ? "" : $"""
            <h2>{Encode(texts.Values)}</h2>
            <div class="scroll"><table class="values"><thead><tr><th>{Encode(texts.Value)}</th><th></th><th>{Encode(texts.RecordedBy)}</th></tr></thead>
            <tbody>{string.Concat(rows)}</tbody></table></div>
            """;
    }

    private static string Encode(string text) => WebUtility.HtmlEncode(text);
}
