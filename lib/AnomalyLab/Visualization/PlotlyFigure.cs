using System.Text.Json.Nodes;

namespace AnomalyLab.Visualization;

/// <summary>A chart in plotly.js's own description: <c>data</c> and <c>layout</c>.</summary>
/// <remarks>Names and ranges are those of the plotly.js reference, "Figure reference", 3.x.</remarks>
internal static class PlotlyFigure
{
    private const string Clear = "rgba(0,0,0,0)";

    /// <summary>Texts, and lines in <see cref="Palette.Ink"/>, take the page's text colour: pages are light or dark, and change while a chart is shown.</summary>
    public static string Style { get; } = """
        <style>
        [data-chart] :is(.cartesianlayer, .infolayer) text { fill: currentColor !important }
        [data-chart] :is(.cartesianlayer, .infolayer) [style*="stroke: rgb(34, 34, 34)"] { stroke: currentColor !important }
        </style>
        """;

    public static JsonObject Of(Chart chart) => new()
    {
        ["data"] = new JsonArray([.. chart.Series.Select(Trace)]),
        ["layout"] = new JsonObject
        {
            ["xaxis"] = Axis(chart.X),
            ["yaxis"] = Axis(chart.Y),
            ["height"] = 380,
            ["margin"] = new JsonObject { ["l"] = 60, ["r"] = 15, ["t"] = 30, ["b"] = 50 }, // above is room for the toolbar
            ["font"] = new JsonObject { ["color"] = Palette.Ink, ["size"] = 12 },
            ["paper_bgcolor"] = Clear,
            ["plot_bgcolor"] = Clear,
            ["modebar"] = new JsonObject { ["bgcolor"] = Clear, ["color"] = Palette.Grey, ["activecolor"] = Palette.Blue },
            ["hovermode"] = "closest",
            ["showlegend"] = chart.Series.Count > 1,
            ["legend"] = new JsonObject { ["orientation"] = "h", ["yref"] = "container", ["y"] = 0, ["yanchor"] = "bottom" },
        },
    };

    private static JsonNode Trace(Series series)
    {
        var trace = new JsonObject
        {
            ["type"] = series.Mark == Mark.Bars ? "bar" : "scatter",
            ["name"] = Text(series.Name),
            ["x"] = Numbers(series.X),
            ["y"] = Numbers(series.Y),
        };
        switch (series.Mark)
        {
            case Mark.Line or Mark.DashedLine or Mark.Area:
                trace["mode"] = "lines";
                trace["line"] = new JsonObject { ["color"] = series.Color, ["dash"] = series.Mark == Mark.DashedLine ? "dash" : "solid" };
                if (series.Mark == Mark.Area)
                    trace["fill"] = "tozeroy"; // in the line's colour, half transparent
                break;
            case Mark.Points:
                trace["mode"] = "markers";
                trace["marker"] = new JsonObject { ["color"] = series.Color, ["size"] = 7, ["opacity"] = 0.75 };
                break;
            case Mark.Rings:
                trace["mode"] = "markers";
                trace["marker"] = new JsonObject { ["color"] = series.Color, ["size"] = 13, ["symbol"] = "circle-open", ["line"] = new JsonObject { ["width"] = 3 } };
                trace["cliponaxis"] = false;
                break;
            case Mark.Bars:
                trace["marker"] = new JsonObject { ["color"] = series.Color };
                trace["width"] = 0.6;
                trace["texttemplate"] = "%{y:,}";
                trace["textposition"] = "outside";
                trace["cliponaxis"] = false;
                break;
        }
        if (series.Hover is { } hover)
        {
            trace["text"] = Texts(hover);
            trace["hovertemplate"] = "%{text}<extra></extra>";
        }
        if (series.Labels is { } labels)
        {
            trace["mode"] = "markers+text";
            trace["text"] = Texts(labels);
            trace["textposition"] = "bottom right";
            trace["hoverinfo"] = "skip";
        }
        return trace;
    }

    private static JsonObject Axis(Axis axis)
    {
        var result = new JsonObject
        {
            ["title"] = new JsonObject { ["text"] = Text(axis.Title) },
            ["type"] = axis.IsLogarithmic ? "log" : "linear",
            ["gridcolor"] = "rgba(128,128,128,.3)",
            ["zeroline"] = false,
            ["automargin"] = true,
        };
        if (axis.IsLogarithmic)
            result["dtick"] = "D2"; // ticks at 1, 2 and 5
        if (axis.Range is var (start, end))
            result["range"] = axis.IsLogarithmic ? [Math.Log10(start), Math.Log10(end)] : new JsonArray(start, end);
        if (axis.Names is { } names)
        {
            result["tickvals"] = Numbers([.. Enumerable.Range(0, names.Count).Select(i => (double)i)]);
            result["ticktext"] = Texts(names);
        }
        return result;
    }

    /// <summary>JSON has no NaN and no infinities; plotly.js leaves a gap at null.</summary>
    private static JsonArray Numbers(IReadOnlyList<double> numbers) =>
        [.. numbers.Select(number => double.IsFinite(number) ? JsonValue.Create(number) : null)];

    private static JsonArray Texts(IReadOnlyList<string> texts) => [.. texts.Select(text => JsonValue.Create(Text(text)))];

    /// <summary>plotly.js interprets some tags in texts, so they are escaped; a line break becomes <c>br</c>.</summary>
    private static string Text(string text) =>
        text.Replace("&", "&amp;").Replace("<", "&lt;").Replace(">", "&gt;").Replace("\n", "<br>");
}
