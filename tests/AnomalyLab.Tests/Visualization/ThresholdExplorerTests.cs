using System.Text.Json;
using AngleSharp.Html.Parser;
using AnomalyLab.Evaluation;
using AnomalyLab.Visualization;

namespace AnomalyLab.Tests.Visualization;

public sealed class ThresholdExplorerTests
{
    private static readonly bool[] IsDefective = [false, false, true, true, false, true];
    private static readonly double[] Scores = [1, 3.25, 2, 4, 2, 1e6];
    private static readonly double[] Steps = [1, 2, 3.25, 4, 1e6, double.PositiveInfinity];

    [Fact]
    public async Task In_a_browser_line_point_and_counts_follow_the_slider_as_the_confusion_at_its_threshold()
    {
        var page = await Browser.OpenAsync(
            $$"""
            {{Charts.Setup().ToHtml()}}{{ThresholdExplorer.From(IsDefective, Scores, 4).ToHtml()}}
            <script>
            const slider = document.querySelector('input');
            const [histogram, roc] = document.querySelectorAll('[data-chart]');
            const seen = () => ({ texts: [...document.querySelectorAll('[data-shown]')].map(e => e.textContent), said: slider.ariaValueText,
              line: histogram.data.at(-1).x, point: [roc.data.at(-1).x[0], roc.data.at(-1).y[0]] });
            const all = [seen()];
            for (let at = 0; at <= slider.max; at++) { slider.value = at; slider.dispatchEvent(new Event('input')); all.push(seen()); }
            document.body.insertAdjacentHTML('beforeend', '<p></p>');
            document.body.lastChild.textContent = JSON.stringify(all);
            </script>
            """);

        var seen = JsonDocument.Parse(page.QuerySelector("p")!.TextContent).RootElement.EnumerateArray().ToArray();
        double[] expected = [4, .. Steps];
        Assert.Equal(expected.Length, seen.Length);
        foreach (var (state, threshold) in seen.Zip(expected))
        {
            var at = Confusion.At(threshold, IsDefective, Scores);
            string[] texts =
            [
                Charts.Threshold(threshold), $"TN {at.TrueNegatives}", $"FP {at.FalsePositives}", $"FPR {at.FalsePositiveRate:0.000}",
                $"FN {at.FalseNegatives}", $"TP {at.TruePositives}", $"TPR {at.TruePositiveRate:0.000}",
            ];
            Assert.Equal(texts, state.GetProperty("texts").EnumerateArray().Select(t => t.GetString()!));
            Assert.Equal(string.Join(", ", texts), state.GetProperty("said").GetString());
            double?[] line = double.IsFinite(threshold) ? [threshold, threshold] : [null, null];
            Assert.Equal(line, JsonSerializer.Deserialize<double?[]>(state.GetProperty("line")));
            Assert.Equal([at.FalsePositiveRate, at.TruePositiveRate], JsonSerializer.Deserialize<double[]>(state.GetProperty("point"))!);
        }
    }

    [Fact]
    public async Task In_a_browser_the_two_charts_stand_side_by_side_and_fill_their_places()
    {
        var page = await Browser.OpenAsync(
            $$"""
            {{Charts.Setup().ToHtml()}}{{ThresholdExplorer.From(IsDefective, Scores, 4).ToHtml()}}
            <script>
            const charts = [...document.querySelectorAll('[data-chart]')];
            document.title = charts.map(c => c.querySelector('.main-svg').getBoundingClientRect().width === c.clientWidth) + ',' + (charts[0].offsetTop === charts[1].offsetTop);
            </script>
            """);

        Assert.Equal("true,true,true", page.Title);
    }

    [Fact]
    public async Task Without_plotly_the_slider_moves_the_counts_and_plotly_that_comes_later_shows_where_it_stands()
    {
        var page = await Browser.OpenAsync(
            $$"""
            {{ThresholdExplorer.From(IsDefective, Scores, 4).ToHtml()}}
            <script>
            const slider = document.querySelector('input');
            slider.value = 1;
            slider.dispatchEvent(new Event('input'));
            document.title = document.querySelector('[data-shown]').textContent;
            </script>
            {{Charts.Setup().ToHtml()}}
            <script>document.title += ', then ' + document.querySelector('[data-chart]').data.at(-1).x;</script>
            """);

        Assert.Equal("2, then 2,2", page.Title);
    }

    [Fact]
    public void Where_scripts_do_not_run_it_shows_the_threshold_it_starts_with()
    {
        var page = new HtmlParser().ParseDocument(ThresholdExplorer.From(IsDefective, Scores, 3.5).ToHtml());

        Assert.Equal(["4", "TN 3", "FP 0", "FPR 0.000", "FN 1", "TP 2", "TPR 0.667"], page.QuerySelectorAll("[data-shown]").Select(e => e.TextContent));
        Assert.Equal(2, page.QuerySelectorAll("[data-chart] > img").Length);
        Assert.Empty(page.QuerySelectorAll("input"));
    }

    [Fact]
    public void As_text_it_is_the_threshold_and_its_confusion() => Assert.Equal(
        $"threshold 4\n{Confusion.At(4, IsDefective, Scores)}\nsynthetic",
        (ThresholdExplorer.From(IsDefective, Scores, 4) with { Note = "synthetic" }).ToString());

    [Fact]
    public void A_start_above_all_scores_calls_nothing_defective() =>
        Assert.StartsWith("threshold above all scores", ThresholdExplorer.From(IsDefective, Scores, double.PositiveInfinity).ToString());

    [Fact]
    public void A_start_that_is_no_number_is_named_in_the_error() =>
        Assert.Contains("The threshold to start with is NaN", Assert.Throws<ArgumentException>(() => ThresholdExplorer.From(IsDefective, Scores, double.NaN)).Message);
}
