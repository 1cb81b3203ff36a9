using AnomalyLab.Visualization;
using Microsoft.Playwright;

namespace Tutorial.Tests;

/// <summary>The site as people use it, in a real browser, from disk.</summary>
public sealed class SiteBrowserTests(StoppedCourse course)
{
    [Theory]
    [InlineData(390)]
    [InlineData(1100)]
    public async Task No_page_scrolls_sideways(int width)
    {
        await using var chromium = await Chromium.StartAsync();

        Assert.Empty(await TooWideAsync(chromium, course.Output, width));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_code_cell_s_button_copies_it_with_or_without_a_clipboard_for_pages_from_disk(bool withoutClipboard)
    {
        await using var chromium = await Chromium.StartAsync();
        var page = await OpenAsync(chromium, "02-second");
        if (withoutClipboard)
            await page.EvaluateAsync("Object.defineProperty(navigator, 'clipboard', { value: undefined, configurable: true })");

        var cell = page.Locator("section.code", new() { HasText = "var z" });
        await cell.HoverAsync();
        await cell.Locator(".copy").ClickAsync();

        await Assertions.Expect(cell.Locator(".copy")).ToHaveTextAsync("Copied");
        await page.EvaluateAsync("delete navigator.clipboard");
        Assert.Equal("var y = 0;\nvar z = x / y;\nConsole.WriteLine(z);", (await page.EvaluateAsync<string>("navigator.clipboard.readText()")).ReplaceLineEndings("\n"));
    }

    [Theory]
    [InlineData(390)]
    [InlineData(1100)]
    public async Task A_word_s_meaning_shows_on_hover_and_on_focus_within_the_window_and_Escape_closes_it(int width)
    {
        await using var chromium = await Chromium.StartAsync();
        var page = await OpenAsync(chromium, "02-second", width);
        var word = page.Locator(".word").Last;
        var meaning = word.Locator("[role=tooltip]");

        await Assertions.Expect(meaning).ToBeHiddenAsync();
        await word.HoverAsync();
        await Assertions.Expect(meaning).ToBeVisibleAsync();
        var box = (await meaning.BoundingBoxAsync())!;
        Assert.True(box.X >= 0 && box.X + box.Width <= width && box.Y + box.Height <= 1400, $"The meaning stands at {box.X}, {box.Y}, {box.Width} wide.");
        await page.Keyboard.PressAsync("Escape");
        await Assertions.Expect(meaning).ToBeHiddenAsync();
        await page.Mouse.MoveAsync(1, 1);
        await word.FocusAsync();
        await Assertions.Expect(meaning).ToBeVisibleAsync();
    }

    [Fact]
    public async Task The_contents_stand_open_beside_a_wide_page_and_are_folded_on_a_phone()
    {
        await using var chromium = await Chromium.StartAsync();
        var wide = await OpenAsync(chromium, "01-first");
        var phone = await OpenAsync(chromium, "01-first", 390);

        await Assertions.Expect(wide.Locator(".contents [aria-current]")).ToBeVisibleAsync();
        await Assertions.Expect(phone.Locator(".contents [aria-current]")).ToBeHiddenAsync();
        await phone.ClickAsync(".contents summary");
        await Assertions.Expect(phone.Locator(".contents [aria-current]")).ToBeVisibleAsync();
    }

    [Theory]
    [InlineData(390)]
    [InlineData(1100)]
    public async Task A_chart_s_toolbar_shows_only_on_hover_and_never_over_the_title(int width)
    {
        await using var chromium = await Chromium.StartAsync();
        var page = await OpenChartAsync(chromium, width, dark: false);
        var bar = page.Locator(".modebar");

        Assert.Equal("0", await bar.First.EvaluateAsync<string>("bar => getComputedStyle(bar.querySelector('.modebar-group')).opacity * getComputedStyle(bar).opacity + ''"));
        await page.Locator("[data-chart]").HoverAsync();
        await page.WaitForFunctionAsync("() => getComputedStyle(document.querySelector('.modebar-group')).opacity * getComputedStyle(document.querySelector('.modebar')).opacity > 0.5");
        var (above, below) = ((await page.Locator("figure > div").First.BoundingBoxAsync())!, (await bar.First.BoundingBoxAsync())!);
        Assert.True(above.Y + above.Height <= below.Y, $"The title ends at {above.Y + above.Height}, and the toolbar begins at {below.Y}.");
        Assert.Equal(0, await page.EvaluateAsync<int>("Math.max(0, document.documentElement.scrollWidth - innerWidth)"));
    }

    [Theory]
    [InlineData(false, "rgb(10, 20, 30)")]
    [InlineData(true, "rgb(230, 235, 240)")]
    public async Task A_chart_s_texts_and_ink_take_the_page_s_colour_and_its_ground_shows_through(bool dark, string color)
    {
        await using var chromium = await Chromium.StartAsync();
        var page = await OpenChartAsync(chromium, 1100, dark);

        Assert.Equal([color], await page.EvaluateAsync<string[]>("[...new Set([...document.querySelectorAll('.xtick text, .ytick text, .legendtext, .xtitle')].map(text => getComputedStyle(text).fill))]"));
        Assert.Equal(["rgb(0, 114, 178)", color], await page.EvaluateAsync<string[]>("[...document.querySelectorAll('.scatterlayer .js-line')].map(line => getComputedStyle(line).stroke)"));
        Assert.Equal(["none"], await page.EvaluateAsync<string[]>("[...new Set([...document.querySelectorAll('.xtick text, .legendtext')].map(text => getComputedStyle(text).stroke))]"));
        Assert.Equal("0", await page.EvaluateAsync<string>("getComputedStyle(document.querySelector('.main-svg .bg')).fillOpacity"));
    }

    /// <summary>The pages of a folder whose content is wider than the window.</summary>
    internal static async Task<IReadOnlyList<string>> TooWideAsync(Chromium chromium, string folder, int width)
    {
        var wide = new List<string>();
        foreach (var file in Directory.GetFiles(folder, "*.html").Order(StringComparer.Ordinal))
        {
            var page = await chromium.OpenAsync(new Uri(file).AbsoluteUri, width);
            await page.EvaluateAsync("document.querySelectorAll('main details').forEach(folded => folded.open = true)");
            var content = await page.EvaluateAsync<int>("document.documentElement.scrollWidth");
            if (content > width)
                wide.Add($"{Path.GetFileName(file)} is {content} wide");
            await page.CloseAsync();
        }
        return wide;
    }

    private Task<IPage> OpenAsync(Chromium chromium, string page, int width = 1100) => chromium.OpenAsync(new Uri(Path.Combine(course.Output, page + ".html")).AbsoluteUri, width);

    private static async Task<IPage> OpenChartAsync(Chromium chromium, int width, bool dark)
    {
        var chart = new Chart("A title that is so long that it needs two lines on a phone, and then some", new("x"), new("y"),
            [new("data", Mark.Line, [0, 1], [0, 1], "#0072B2"), new("threshold", Mark.DashedLine, [0, 1], [1, 0], "#222222")]);
        var page = await chromium.OpenAsync("about:blank", width, dark);
        await page.SetContentAsync($$"""
            <!doctype html><meta name="viewport" content="width=device-width"><style>body { color: rgb(10, 20, 30) } @media (prefers-color-scheme: dark) { body { color: rgb(230, 235, 240) } }</style>
            {{Charts.Setup().ToHtml()}}{{chart.ToHtml()}}
            """);
        return page;
    }
}
