using System.Text.Json;
using AngleSharp.Html.Parser;
using AnomalyLab.Evaluation;
using AnomalyLab.Visualization;

namespace AnomalyLab.Tests.Visualization;

public sealed class ThresholdGridTests
{
    private static readonly bool[] IsPositive = [false, true, true, false, true];
    private static readonly double[] Scores = [3, 2, 5, 2, 4.5];
    private static readonly double[] Thresholds = [double.PositiveInfinity, 5, 4.5, 3, 2];

    private static ThresholdGrid Example => ThresholdGrid.From(IsPositive, Scores, start: 4.5);

    [Fact]
    public void Each_row_says_of_each_sample_whether_its_threshold_is_right_about_it()
    {
        var page = new HtmlParser().ParseDocument(Example.ToHtml());

        Assert.Equal(["score", "2", "2", "3", "4.5", "5"], page.QuerySelectorAll("thead tr:first-child th").Select(cell => cell.TextContent));
        Assert.Equal(["truth", "−", "+", "−", "+", "+", "TPR", "FPR"], page.QuerySelectorAll("thead tr:last-child th").Select(cell => cell.TextContent));
        Assert.Equal(
        [
            "> 5 TN FN TN FN FN 0.00 0.00",
            "5 TN FN TN FN TP 0.33 0.00",
            "4.5 TN FN TN TP TP 0.67 0.00",
            "3 TN FN FP TP TP 0.67 0.50",
            "2 FP TP FP TP TP 1.00 1.00",
        ], page.QuerySelectorAll("tbody tr").Select(row => string.Join(' ', row.Children.Select(cell => cell.TextContent))));
    }

    [Fact]
    public void The_letters_of_a_row_are_counted_as_the_confusion_at_its_threshold()
    {
        var rows = new HtmlParser().ParseDocument(Example.ToHtml()).QuerySelectorAll("tbody tr").ToArray();

        Assert.Equal(Thresholds.Select(threshold => Confusion.At(threshold, IsPositive, Scores)), rows.Select(row =>
        {
            int Count(string name) => row.Children.Count(cell => cell.TextContent == name);
            return new Confusion(Count("TP"), Count("FP"), Count("TN"), Count("FN"));
        }));
    }

    [Fact]
    public void Letters_can_be_read_on_their_colours_and_each_outcome_has_its_own()
    {
        var cells = new HtmlParser().ParseDocument(Example.ToHtml()).QuerySelectorAll("tbody td").Where(cell => cell.TextContent.Length == 2).ToArray();

        var styles = cells.GroupBy(cell => cell.TextContent, cell => cell.GetAttribute("style")!).ToDictionary(of => of.Key, of => Assert.Single(of.Distinct()));
        Assert.Equal(4, styles.Values.Distinct().Count());
        Assert.All(styles, style => Assert.True(Contrast(style.Value) >= 4.5, $"{style.Key} has a contrast of {Contrast(style.Value):0.0}: {style.Value}"));
    }

    [Fact]
    public async Task In_a_browser_the_slider_moves_the_mark_and_puts_the_counts_into_the_formulas()
    {
        var page = await Browser.OpenAsync(
            $$"""
            {{Example.ToHtml()}}
            <script>
            const slider = document.querySelector('input');
            const seen = () => ({ texts: [...document.querySelectorAll('[data-shown]')].map(e => e.textContent), said: slider.ariaValueText,
              marked: [...document.querySelectorAll('tbody tr')].filter(row => row.style.outline).map(row => row.firstChild.textContent) });
            const all = [seen()];
            for (let at = slider.max; at >= 0; at--) { slider.value = at; slider.dispatchEvent(new Event('input')); all.push(seen()); }
            document.body.insertAdjacentHTML('beforeend', '<p></p>');
            document.body.lastChild.textContent = JSON.stringify(all);
            </script>
            """);

        var seen = JsonDocument.Parse(page.QuerySelector("p")!.TextContent).RootElement.EnumerateArray().ToArray();
        double[] expected = [4.5, .. Thresholds];
        Assert.Equal(expected.Length, seen.Length);
        foreach (var (state, threshold) in seen.Zip(expected))
        {
            var (tp, fp, tn, fn) = Confusion.At(threshold, IsPositive, Scores);
            Assert.Equal(
                [Charts.Threshold(threshold), $"{tp}", $"{fn}", $"{fp}", $"{tn}", $"{tp} / ({tp} + {fn}) = {tp / 3.0:0.00}", $"{fp} / ({fp} + {tn}) = {fp / 2.0:0.00}"],
                state.GetProperty("texts").EnumerateArray().Select(text => text.GetString()!));
            Assert.Equal($"{Charts.Threshold(threshold)}, TP {tp}, FN {fn}, FP {fp}, TN {tn}", state.GetProperty("said").GetString());
            Assert.Equal([double.IsFinite(threshold) ? $"{threshold}" : "> 5"], state.GetProperty("marked").EnumerateArray().Select(name => name.GetString()!));
        }
    }

    [Fact]
    public void Where_scripts_do_not_run_the_row_it_starts_with_is_marked()
    {
        var page = new HtmlParser().ParseDocument(Example.ToHtml());

        Assert.Equal(["4.5", "2", "1", "0", "2", "2 / (2 + 1) = 0.67", "0 / (0 + 2) = 0.00"], page.QuerySelectorAll("[data-shown]").Select(place => place.TextContent));
        Assert.StartsWith("4.5", Assert.Single(page.QuerySelectorAll("tbody tr[style]")).TextContent);
        Assert.Empty(page.QuerySelectorAll("input"));
    }

    [Fact]
    public void As_text_it_is_the_same_grid() => Assert.Equal(
        """
        threshold  2−  2+  3−  4.5+  5+  TPR   FPR
        > 5        TN  FN  TN  FN    FN  0.00  0.00
        5          TN  FN  TN  FN    TP  0.33  0.00
        4.5        TN  FN  TN  TP    TP  0.67  0.00
        3          TN  FN  FP  TP    TP  0.67  0.50
        2          FP  TP  FP  TP    TP  1.00  1.00
        + passed, − failed
        """.ReplaceLineEndings("\n"),
        (Example with { Positive = "passed", Negative = "failed" }).ToString());

    [Fact]
    public void Too_many_samples_are_named_in_the_error() => Assert.Contains("There are 13 samples; the grid has room for 12",
        Assert.Throws<ArgumentException>(() => ThresholdGrid.From([.. Enumerable.Range(0, 13).Select(i => i > 5)], [.. Enumerable.Range(0, 13).Select(i => (double)i)], 1)).Message);

    [Fact]
    public void A_start_that_is_no_number_is_named_in_the_error() =>
        Assert.Contains("The threshold to start with is NaN", Assert.Throws<ArgumentException>(() => ThresholdGrid.From(IsPositive, Scores, double.NaN)).Message);

    /// <summary>The contrast of a cell's letters with its ground, as WCAG 2 defines it: 1..21.</summary>
    private static double Contrast(string style)
    {
        double Luminance(string property)
        {
            var hex = style.Split(';').Select(part => part.Split(':')).Single(part => part[0] == property)[1].TrimStart('#');
            var channels = (hex.Length == 3 ? string.Concat(hex.Select(digit => $"{digit}{digit}")) : hex).Chunk(2)
                .Select(pair => Convert.ToInt32(new string(pair), 16) / 255.0).Select(value => value <= 0.04045 ? value / 12.92 : Math.Pow((value + 0.055) / 1.055, 2.4)).ToArray();
            return 0.2126 * channels[0] + 0.7152 * channels[1] + 0.0722 * channels[2];
        }
        double[] both = [Luminance("background"), Luminance("color")];
        return (both.Max() + 0.05) / (both.Min() + 0.05);
    }
}
