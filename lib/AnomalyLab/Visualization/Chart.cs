using System.Text;
using AnomalyLab.Display;

namespace AnomalyLab.Visualization;

/// <summary>
/// A chart in three forms: interactive, drawn by plotly.js as soon as <see cref="Charts.Setup"/> is shown on the page;
/// a still picture until then, and where scripts do not run, such as in an untrusted notebook; and plain text.
/// </summary>
/// <param name="Title">What it shows.</param>
/// <param name="X">The axis to the right.</param>
/// <param name="Y">The axis upwards.</param>
/// <param name="Series">What is drawn, the last on top.</param>
[TypeFormatterSource(typeof(DisplayFormatters))]
public sealed record Chart(string Title, Axis X, Axis Y, IReadOnlyList<Series> Series) : IDisplayable
{
    /// <summary>What it shows, in the course's language.</summary>
    public string Title { get; init => field = Texts.Of(value); } = Texts.Of(Title);

    /// <summary>Said below, such as where the pictures come from.</summary>
    public string? Note { get; init; }

    /// <summary>The still picture as SVG, without the title, on a light card: it cannot know the colours of the page around it.</summary>
    public string ToSvg() => new ChartSvg(this).Draw();

    /// <summary>
    /// The still picture as an <c>img</c>, with the plain text for those who cannot see it. Notebooks that are not trusted
    /// keep images and drop inline SVG and styles.
    /// </summary>
    internal string ToImg() =>
        $"""<img width="{ChartSvg.Width}" height="{ChartSvg.Height}" style="width:100%;height:auto;display:block" alt="{Figure.Encode(ToString())}" src="data:image/svg+xml;base64,{Convert.ToBase64String(Encoding.UTF8.GetBytes(ToSvg()))}">""";

    /// <summary>
    /// The still picture, and a script that puts the interactive chart in its place as soon as plotly.js is there. The
    /// title is above both, in the page's own text, where it can break and nothing covers it.
    /// </summary>
    public string ToHtml()
    {
        // JSON escapes <, > and &, so no text can end the script.
        var figure = PlotlyFigure.Of(this).ToJsonString();
        var name = Figure.NameOf(figure);
        return $$"""
            <div style="max-width:{{ChartSvg.Width}}px">
            {{Figure.Html(Title, $"""<div data-chart="{name}">{ToImg()}</div>""", Note)}}
            </div>
            {{PlotlyFigure.Style}}
            <script>
            (() => {
              const figure = {{figure}};
              const draw = () => document.querySelectorAll('[data-chart="{{name}}"]:not([data-drawn])').forEach(chart => {
                chart.dataset.drawn = 'true';
                chart.replaceChildren();
                const { data, layout } = structuredClone(figure);
                window.Plotly.newPlot(chart, data, layout, { responsive: true, displaylogo: false, modeBarButtonsToRemove: ['select2d', 'lasso2d'] });
              });
              if (window.Plotly) draw();
              else document.addEventListener('{{PlotlyScript.Loaded}}', draw, { once: true });
            })();
            </script>
            """;
    }

    /// <summary>The title, and a line for each series: its bars, or how many values there are and where.</summary>
    public override string ToString()
    {
        var bars = Series.Where(s => s.Mark == Mark.Bars).SelectMany(s => s.X.Zip(s.Y, (x, y) => $"{(X.Names is { } names ? names[(int)x] : x)}: {y:#,0.####}"));
        var others = Series.Where(s => s.Mark != Mark.Bars && s.X.Count > 0)
            .Select(s => (object?[])[s.Name, s.X.Count, s.X.Min(), s.X.Max(), .. Y.Names is null ? [s.Y.Min(), s.Y.Max()] : Array.Empty<object?>()]).ToArray();
        Column[] columns = [Texts.Of("series"), Texts.Of("points"), Texts.Format($"{X.Title} from"), Texts.Of("to"), .. Y.Names is null ? [Texts.Format($"{Y.Title} from"), Texts.Of("to")] : Array.Empty<Column>()];
        return string.Join('\n', [Title, .. bars, .. others.Length == 0 ? [] : new[] { new Table("", columns, others).ToString() }, .. Note is null ? [] : new[] { Note }]);
    }
}
