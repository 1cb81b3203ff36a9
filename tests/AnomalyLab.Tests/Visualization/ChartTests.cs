using System.Text;
using System.Text.Json.Nodes;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;
using AnomalyLab.Visualization;
using Microsoft.DotNet.Interactive.Formatting;

namespace AnomalyLab.Tests.Visualization;

public sealed class ChartTests
{
    private static readonly Chart Example = new("a </script> & b", new("x") { Range = (0, 10) }, new("y") { Range = (0, 4) },
    [
        new("line", Mark.Line, [0, 5, 7, 10], [0, 4, double.NaN, 2], "#0072B2") { Hover = ["<one>", "two", "three", "four"] },
        new("dots", Mark.Points, [5], [1], "#D55E00"),
    ])
    {
        Note = "synthetic",
    };

    [Fact]
    public void Its_html_is_a_picture_and_one_script_that_no_text_can_end()
    {
        var page = Parse(Example);

        Assert.Equal(Example.ToString(), Assert.Single(page.QuerySelectorAll("[data-chart] > img")).GetAttribute("alt"));
        Assert.Single(page.QuerySelectorAll("script"));
        Assert.Equal("a </script> & b", page.QuerySelector("figure > div")!.TextContent);
        Assert.Contains("synthetic", page.Body!.TextContent);
    }

    [Fact]
    public void Nothing_in_it_comes_from_a_network()
    {
        var page = Parse(Example);

        Assert.Empty(page.QuerySelectorAll("[src]:not([src^='data:']), [href], link"));
    }

    [Fact]
    public void The_same_chart_gives_the_same_html_and_another_one_another_name()
    {
        Assert.Equal(Example.ToHtml(), (Example with { }).ToHtml());
        Assert.NotEqual(Parse(Example).QuerySelector("[data-chart]")!.GetAttribute("data-chart"),
            Parse(Example with { X = new("other") }).QuerySelector("[data-chart]")!.GetAttribute("data-chart"));
    }

    [Fact]
    public void In_the_picture_values_stand_where_the_axes_say()
    {
        var svg = Picture(Parse(Example));

        double TickX(string name) => Number(svg.QuerySelectorAll("text").First(t => t.TextContent == name && t.GetAttribute("text-anchor") == "middle"), "x");
        var dot = svg.QuerySelector("circle")!;
        Assert.Equal((TickX("4") + TickX("6")) / 2, Number(dot, "cx"), 0.2);
        var line = svg.QuerySelector("polyline")!.GetAttribute("points")!.Split(' ').Select(p => p.Split(',').Select(double.Parse).ToArray()).ToArray();
        Assert.Equal(3, line.Length);
        Assert.Equal(TickX("0"), line[0][0], 0.2);
        Assert.Equal(TickX("10"), line[2][0], 0.2);
        Assert.Equal((line[0][1] + line[1][1]) / 2, line[2][1], 0.2);
        Assert.Equal(line[0][1] + (line[1][1] - line[0][1]) / 4, Number(dot, "cy"), 0.2);
    }

    [Fact]
    public void On_a_logarithmic_axis_equal_ratios_are_equal_distances()
    {
        var chart = new Chart("", new("x"), new("y") { IsLogarithmic = true }, [new("s", Mark.Points, [1, 2, 3, 4], [0.01, 0.1, 1, 0], "red")]);

        var heights = Picture(Parse(chart)).QuerySelectorAll("circle").Select(c => Number(c, "cy")).ToArray();

        Assert.Equal(3, heights.Length); // 0 has no place
        Assert.Equal(heights[0] - heights[1], heights[1] - heights[2], 0.2);
    }

    [Fact]
    public void The_interactive_chart_has_the_same_values()
    {
        var figure = Figure(Example);

        Assert.Equal("[0,5,7,10]", figure["data"]![0]!["x"]!.ToJsonString());
        Assert.Equal("[0,4,null,2]", figure["data"]![0]!["y"]!.ToJsonString());
        Assert.Equal("&lt;one&gt;", (string?)figure["data"]![0]!["text"]![0]);
        Assert.Equal("[0,10]", figure["layout"]!["xaxis"]!["range"]!.ToJsonString());
    }

    [Fact]
    public void Long_names_have_room_at_the_left()
    {
        var chart = new Chart("", new("x"), new("") { Names = ["contamination_of_many_kinds"] }, [new("s", Mark.Points, [1], [0], "red")]);

        var name = Picture(Parse(chart)).QuerySelectorAll("text").Single(t => t.TextContent == "contamination_of_many_kinds");

        Assert.True(Number(name, "x") > 27 * 6, $"The name ends {name.GetAttribute("x")} pixels from the left edge.");
    }

    [Fact]
    public void A_chart_without_values_is_still_a_chart() => Assert.NotEmpty(Picture(Parse(new Chart("", new("x"), new("y"), []))).QuerySelectorAll("text"));

    [Fact]
    public void As_text_it_says_how_many_values_there_are_and_where() => Assert.Equal(
        """
        dots
        series  points  x from  to  y from  to
        dots         2       1   3       2   9
        """.ReplaceLineEndings("\n"),
        new Chart("dots", new("x"), new("y"), [new("dots", Mark.Points, [1, 3], [9, 2], "red")]).ToDisplayString("text/plain"));

    [Fact]
    public void Plotly_is_on_the_page_once_and_defined_even_where_require_js_is()
    {
        var html = Charts.Setup().ToDisplayString("text/html");
        var page = new HtmlParser().ParseDocument(html);

        var script = Assert.Single(page.QuerySelectorAll("script")).TextContent;
        Assert.StartsWith("window.Plotly || (function (module, exports, define) {", script.Trim());
        Assert.Contains("plotly.js (basic - minified) v3", script);
        Assert.EndsWith("document.dispatchEvent(new Event('anomalylab-plotly'));", script.Trim());
        Assert.Contains("'anomalylab-plotly'", Parse(Example).QuerySelector("script")!.TextContent);
    }

    internal static IHtmlDocument Parse(Chart chart) => new HtmlParser().ParseDocument(chart.ToDisplayString("text/html"));

    /// <summary>The still picture on a page.</summary>
    internal static IElement Picture(IParentNode page)
    {
        var source = page.QuerySelector("img")!.GetAttribute("src")!;
        Assert.StartsWith("data:image/svg+xml;base64,", source);
        return new HtmlParser().ParseDocument(Encoding.UTF8.GetString(Convert.FromBase64String(source[(source.IndexOf(',') + 1)..]))).QuerySelector("svg")!;
    }

    /// <summary>What the page's script gives to plotly.js.</summary>
    internal static JsonNode Figure(Chart chart) => JsonNode.Parse(
        Parse(chart).QuerySelector("script")!.TextContent.Split('\n').Single(line => line.Contains("const figure = ")).Trim()["const figure = ".Length..^1])!;

    private static double Number(IElement element, string attribute) => double.Parse(element.GetAttribute(attribute)!);
}
