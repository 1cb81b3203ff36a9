using Microsoft.Playwright;

namespace Tutorial.Tests;

/// <summary>The system's Chromium without a window; where there is none, the test is skipped.</summary>
internal sealed class Chromium : IAsyncDisposable
{
    private readonly IPlaywright playwright;
    private readonly IBrowser browser;

    private Chromium(IPlaywright playwright, IBrowser browser) => (this.playwright, this.browser) = (playwright, browser);

    public static async Task<Chromium> StartAsync()
    {
        var program = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .SelectMany(folder => new[] { "chromium", "chromium-browser", "google-chrome" }.Select(name => Path.Combine(folder, name)))
            .FirstOrDefault(File.Exists);
        Assert.SkipUnless(program is not null, "There is no Chromium (Debian's package chromium): nothing was opened in a browser.");
        var playwright = await Playwright.CreateAsync();
        return new(playwright, await playwright.Chromium.LaunchAsync(new() { ExecutablePath = program, Args = ["--no-sandbox", "--disable-background-networking"] }));
    }

    /// <summary>Opens a page and waits until it is loaded.</summary>
    /// <param name="url">The page.</param>
    /// <param name="width">The window's width; a phone has 390.</param>
    /// <param name="dark">Whether the person prefers dark pages.</param>
    public async Task<IPage> OpenAsync(string url, int width = 1100, bool dark = false)
    {
        var page = await browser.NewPageAsync(new()
        {
            ViewportSize = new() { Width = width, Height = 1400 },
            ColorScheme = dark ? ColorScheme.Dark : ColorScheme.Light,
            Permissions = ["clipboard-read", "clipboard-write"],
        });
        page.SetDefaultTimeout((float)TimeSpan.FromMinutes(3).TotalMilliseconds);
        await page.GotoAsync(url);
        return page;
    }

    public async ValueTask DisposeAsync()
    {
        await browser.DisposeAsync();
        playwright.Dispose();
    }
}
