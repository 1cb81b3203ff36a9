using AnomalyLab.Visualization;

namespace AnomalyLab.Tests.Visualization;

/// <summary>Charts in a real browser, where there is one.</summary>
public sealed class ChartPageTests
{
    private static readonly string Counts = Charts.Counts("Images", ("good", 209), ("bad", 63)).ToHtml();
    private static readonly string Loss = Charts.Loss([new(1, 0.4, 0.5, 1), new(2, 0.3, 0.2, 1)]).ToHtml();
    private static readonly string Setup = Charts.Setup().ToHtml();

    [Fact]
    public async Task Each_chart_becomes_interactive_whether_plotly_comes_before_or_after_it()
    {
        var page = await Browser.OpenAsync(
            $"""
            <script>var define = () => document.title = 'taken for a module'; define.amd = true;</script>
            {Counts}{Counts}{Setup}{Loss}{Counts}{Setup}
            """);

        Assert.Equal(4, page.QuerySelectorAll("[data-chart].js-plotly-plot").Length);
        Assert.Empty(page.QuerySelectorAll("[data-chart] > img"));
        Assert.Equal(3 * 2, page.QuerySelectorAll(".js-plotly-plot .bars .point").Length);
        Assert.Equal("", page.Title);
    }

    [Fact]
    public async Task Without_plotly_each_chart_stays_a_picture()
    {
        var page = await Browser.OpenAsync(
            $"{Counts}{Loss}<script>onload = () => document.title = [...document.images].filter(i => i.complete && i.naturalWidth > 0).length + ' pictures';</script>");

        Assert.Equal("2 pictures", page.Title);
        Assert.Empty(page.QuerySelectorAll(".js-plotly-plot"));
    }

    [Fact]
    public async Task A_chart_whose_cell_runs_again_is_drawn_again()
    {
        // As a front end does: new elements take the old ones' place, and their scripts run.
        var page = await Browser.OpenAsync(
            $$"""
            {{Setup}}<div id="output">{{Counts}}</div>
            <script>
            const output = document.getElementById('output');
            const html = {{System.Text.Json.JsonSerializer.Serialize(Loss)}};
            output.innerHTML = html;
            for (const script of output.querySelectorAll('script')) {
              const again = document.createElement('script');
              again.textContent = script.textContent;
              script.replaceWith(again);
            }
            </script>
            """);

        Assert.Equal("epoch", Assert.Single(page.QuerySelectorAll("#output .js-plotly-plot .xtitle")).TextContent);
    }
}
