using System.Text.Json;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;
using AnomalyLab.Evaluation;
using AnomalyLab.Visualization;

namespace AnomalyLab.Tests.Visualization;

public sealed class DecisionExplorerTests
{
    private static readonly bool[] IsDefective = [false, false, true, true, false, true, false];
    private static readonly double[] Scores = [1, 3.25, 2, 4, 2, 1e6, 1.5];
    private static readonly double[] Thresholds = [1, 1.5, 2, 3.25, 4, 1e6, double.PositiveInfinity];

    private static DecisionExplorer Example => DecisionExplorer.From(IsDefective, Scores, start: 3.5) with { Note = "synthetic" };

    [Fact]
    public async Task In_a_browser_counts_and_costs_follow_the_sliders_as_the_confusion_at_the_threshold_says()
    {
        (int At, int Miss, int Alarm, int Bad)[] settings = [(0, 100, 1, 10), (3, 100, 1, 10), (6, 100, 1, 10), (2, 1, 1000, 10), (5, 20, 50, 500), (4, 1000, 1, 1), (1, 5, 2, 100)];
        var page = await OpenAsync(
            $$"""
            const all = [seen()];
            const choices = [[1, 2, 5, 10, 20, 50, 100, 200, 500, 1000], [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000], [1, 2, 5, 10, 20, 50, 100, 200, 500]];
            for (const [at, ...costs] of {{JsonSerializer.Serialize(settings.Select(s => new[] { s.At, s.Miss, s.Alarm, s.Bad }))}}) {
              costs.forEach((cost, i) => set(i, choices[i].indexOf(cost)));
              set(3, at);
              all.push(seen());
            }
            """);

        (int At, int Miss, int Alarm, int Bad)[] expected = [(4, 100, 1, 10), .. settings];
        var seen = Seen(page);
        Assert.Equal(expected.Length, seen.Length);
        foreach (var (state, (at, miss, alarm, bad)) in seen.Zip(expected))
        {
            var costs = Thresholds.Select(threshold => Cost(threshold, miss, alarm, bad)).ToArray();
            var cheapest = Array.LastIndexOf(costs, costs.Min());
            var confusion = Confusion.At(Thresholds[at], IsDefective, Scores);
            var (missed, alarms) = (bad * (1 - confusion.TruePositiveRate), (1000 - bad) * confusion.FalsePositiveRate);
            string[] texts =
            [
                Charts.Threshold(Thresholds[at]), Text(miss), Text(alarm), Text(bad), Text(costs.Max()), Text(1000 - bad - alarms), Text(alarms), Text(missed), Text(bad - missed),
                Text(1000 - bad - alarms + missed), Text(alarms + bad - missed), Text(missed * miss), Text(alarms * alarm), Text(costs[at]),
                Charts.Threshold(Thresholds[cheapest]), Text(costs[cheapest]),
            ];
            Assert.Equal(texts.Index().Select(text => $"{text.Index} {text.Item}"), Strings(state, "texts"));
            Assert.Equal([texts[1], texts[2], texts[3], texts[0]], Strings(state, "said"));
            Assert.Equal($"{at - 0.5}", state.GetProperty("threshold").GetString());
            Assert.Equal($"{cheapest - 0.5}", state.GetProperty("cheapest").GetString());
            var heights = state.GetProperty("curve").GetString()!.Split(' ').Select(point => double.Parse(point.Split(',')[1])).ToArray();
            Assert.Equal(costs.Length, heights.Length);
            Assert.All(heights.Zip(costs), pair => Assert.Equal(186 - 120 * pair.Second / costs.Max(), pair.First, 0.051));
        }
    }

    [Fact]
    public async Task In_a_browser_a_button_for_each_use_sets_its_costs_and_goes_to_its_cheapest_threshold()
    {
        var page = await OpenAsync(
            """
            set(2, 7); // 200 bad ones
            const all = [...document.querySelectorAll('button')].slice(0, 2).map(button => { button.click(); return { name: button.textContent, ...seen() }; });
            set(3, 0);
            document.querySelectorAll('button')[2].click();
            all.push({ name: 'back', ...seen() });
            """);

        var seen = Seen(page);
        Assert.Equal(["different from usual: a miss is expensive", "assistant: a false alarm is expensive", "back"], seen.Select(state => state.GetProperty("name").GetString()));
        Assert.Equal(["100", "1", "200", "2"], Strings(seen[0], "said"));
        Assert.Equal(["1", "100", "200", "4"], Strings(seen[1], "said"));
        Assert.Equal(Strings(seen[1], "said"), Strings(seen[2], "said"));
    }

    [Fact]
    public void Where_scripts_do_not_run_it_shows_what_it_starts_with()
    {
        var page = new HtmlParser().ParseDocument(Example.ToHtml());

        Assert.Equal("of a thousand passed reported good 990 0 defective 3.3 6.7 all 993.3 6.7", string.Join(' ', page.QuerySelectorAll("table th, table td").Select(cell => cell.TextContent)));
        Assert.Equal(2 + 1, page.QuerySelectorAll("svg path, svg polyline").Length);
        Assert.Equal("3.5", page.QuerySelector("[data-threshold]")!.GetAttribute("x1"));
        Assert.Empty(page.QuerySelectorAll("input, button"));
        Assert.Contains("synthetic", page.Body!.TextContent);
    }

    [Fact]
    public async Task In_a_browser_it_starts_with_what_it_shows_without_scripts()
    {
        var still = new HtmlParser().ParseDocument(Example.ToHtml());
        var page = await OpenAsync("const all = [seen()];");

        Assert.Equal(still.QuerySelectorAll("[data-shown]").Select(place => place.TextContent), page.QuerySelectorAll("[data-shown]").Select(place => place.TextContent));
        Assert.Equal(still.QuerySelector("[data-curve]")!.GetAttribute("points"), page.QuerySelector("[data-curve]")!.GetAttribute("points"));
    }

    [Fact]
    public async Task Costs_that_the_sliders_do_not_have_are_added_to_them()
    {
        var page = await Browser.OpenAsync((DecisionExplorer.From(IsDefective, Scores, 2) with { CostOfMiss = 70, CostOfAlarm = 3, BadPerThousand = 15 }).ToHtml());

        Assert.Equal(["70", "3", "15"], Enumerable.Range(1, 3).Select(i => page.QuerySelector($"[data-shown='{i}']")!.TextContent));
        Assert.Equal(["10", "10", "9", "6"], page.QuerySelectorAll<IHtmlInputElement>("input").Select(slider => slider.GetAttribute("max")));
    }

    [Fact]
    public void As_text_it_is_what_a_thousand_parts_would_cost() => Assert.Equal(
        """
        threshold 4; a miss costs 100, a false alarm 1; 10 of a thousand are bad
        of a thousand  passed  reported
        good           990     0
        defective      3.3     6.7
        all            993.3   6.7
        Cost: misses 333.3 + false alarms 0 = 333.3. Cheapest: 333.3, with the threshold at 4.
        People look at 6.7 if they check what is reported (different from usual), at 993.3 if they check all the rest (assistant).
        synthetic
        """.ReplaceLineEndings("\n"),
        Example.ToString());

    [Fact]
    public void Costs_and_rarities_out_of_range_are_named_in_the_error()
    {
        Assert.Contains("CostOfMiss is 0; it has to be at least 1.", Assert.Throws<ArgumentOutOfRangeException>(() => Example with { CostOfMiss = 0 }).Message);
        Assert.Contains("BadPerThousand is 1000; it has to be at least 1 and at most 999.", Assert.Throws<ArgumentOutOfRangeException>(() => Example with { BadPerThousand = 1000 }).Message);
        Assert.Contains("The threshold to start with is NaN", Assert.Throws<ArgumentException>(() => DecisionExplorer.From(IsDefective, Scores, double.NaN)).Message);
    }

    private static double Cost(double threshold, int miss, int alarm, int bad)
    {
        var at = Confusion.At(threshold, IsDefective, Scores);
        return bad * (1 - at.TruePositiveRate) * miss + (1000 - bad) * at.FalsePositiveRate * alarm;
    }

    private static string Text(double number) => $"{number:#,0.#}";

    private static Task<IHtmlDocument> OpenAsync(string script) => Browser.OpenAsync(
        $$"""
        {{Example.ToHtml()}}
        <script>
        const sliders = [...document.querySelectorAll('input')];
        const set = (i, value) => { sliders[i].value = value; sliders[i].dispatchEvent(new Event('input')); };
        const part = (name, attribute) => document.querySelector(`[data-${name}]`).getAttribute(attribute);
        const seen = () => ({ said: sliders.map(slider => slider.ariaValueText), threshold: part('threshold', 'x1'), cheapest: part('cheapest', 'x1'), curve: part('curve', 'points'),
          texts: [...new Set([...document.querySelectorAll('[data-shown]')].map(e => `${e.dataset.shown} ${e.textContent}`))].sort((a, b) => parseInt(a) - parseInt(b)) });
        {{script}}
        document.body.insertAdjacentHTML('beforeend', '<pre></pre>');
        document.body.lastChild.textContent = JSON.stringify(all);
        </script>
        """);

    private static JsonElement[] Seen(IHtmlDocument page) => [.. JsonDocument.Parse(page.QuerySelector("pre")!.TextContent).RootElement.EnumerateArray()];

    private static string[] Strings(JsonElement state, string property) => [.. state.GetProperty(property).EnumerateArray().Select(text => text.GetString()!)];
}
