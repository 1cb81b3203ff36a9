using AnomalyLab.Visualization;
using Microsoft.Playwright;

namespace Tutorial.Tests;

/// <summary>The explorers of notebooks 6 and 7 under the hands of a reader: with the keyboard alone, and on a phone.</summary>
public sealed class ExplorerTests
{
    private static readonly bool[] IsPositive = [true, true, false, true, true, false, false, true, false, false, false];
    private static readonly double[] Points = [10, 9, 8, 7, 6, 6, 5, 4, 3, 2, 1];

    private static string Grid => (ThresholdGrid.From(IsPositive, Points, start: 10) with { Positive = "passed", Negative = "failed" }).ToHtml();
    private static string Threshold => ThresholdExplorer.From(IsPositive, [.. Points.Select(p => 1234.5 * p)], start: 12345).ToHtml();
    private static string Decision => DecisionExplorer.From(IsPositive, [.. Points.Select(p => 1234.5 * p)], start: 12345).ToHtml();

    [Fact]
    public async Task With_the_keyboard_alone_one_walks_through_the_thresholds_of_the_grid()
    {
        await using var chromium = await Chromium.StartAsync();
        var page = await ShowAsync(chromium, Grid);

        await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.PressAsync("ArrowLeft");
        await page.Keyboard.PressAsync("ArrowLeft");
        await page.Keyboard.PressAsync("ArrowLeft");

        Assert.Equal("threshold 7: TP 3, FN 2, FP 1, TN 5", await page.Locator("[data-grid] > div").First.InnerTextAsync());
        Assert.Equal("7", await page.Locator("tbody tr[style*='solid'] th").InnerTextAsync());
    }

    [Fact]
    public async Task With_the_keyboard_alone_one_reaches_every_slider_and_button_of_the_decision()
    {
        await using var chromium = await Chromium.StartAsync();
        var page = await ShowAsync(chromium, Decision);
        List<string> names = [];

        foreach (var key in new[] { "ArrowRight", "ArrowRight", "ArrowLeft", "", "", "", "ArrowLeft" })
        {
            await page.Keyboard.PressAsync("Tab");
            if (key != "")
                await page.Keyboard.PressAsync(key);
            names.Add(await page.EvaluateAsync<string>("(document.activeElement.labels?.[0] ?? document.activeElement).innerText.trim()"));
        }

        Assert.Equal(
        [
            "a miss costs: 200", "a false alarm costs: 2", "bad ones in a thousand: 5",
            "different from usual: a miss is expensive", "assistant: a false alarm is expensive", "to the cheapest", "threshold: 11,110.5",
        ], names);
    }

    [Theory]
    [InlineData(nameof(Grid))]
    [InlineData(nameof(Threshold))]
    [InlineData(nameof(Decision))]
    public async Task On_a_phone_nothing_has_to_be_scrolled_sideways(string explorer)
    {
        await using var chromium = await Chromium.StartAsync();
        var page = await ShowAsync(chromium, explorer switch { nameof(Grid) => Grid, nameof(Threshold) => Charts.Setup().ToHtml() + Threshold, _ => Decision }, width: 390);

        Assert.Empty(await page.EvaluateAsync<string[]>(
            """
            [...document.querySelectorAll('body *')].filter(e => !e.closest('svg svg, svg g') && (e.getBoundingClientRect().right > innerWidth || !e.closest('svg') && getComputedStyle(e).display !== 'inline' && e.scrollWidth > e.clientWidth + 1))
              .map(e => `${e.tagName} "${e.textContent.slice(0, 40)}" ends at ${e.getBoundingClientRect().right}, is ${e.clientWidth} wide and needs ${e.scrollWidth}`)
            """));
    }

    private static async Task<IPage> ShowAsync(Chromium chromium, string html, int width = 1100)
    {
        var page = await chromium.OpenAsync("about:blank");
        await page.SetViewportSizeAsync(width, 800);
        await page.SetContentAsync($"""<!doctype html><meta name="viewport" content="width=device-width"><body style="margin:30px;font:16px sans-serif">{html}""");
        return page;
    }
}
