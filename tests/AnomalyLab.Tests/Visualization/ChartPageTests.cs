using System.Diagnostics;
using AngleSharp.Html.Parser;
using AnomalyLab.Visualization;

namespace AnomalyLab.Tests.Visualization;

/// <summary>Charts in a real browser, where there is one.</summary>
public sealed class ChartPageTests
{
    [Fact]
    public async Task In_a_browser_each_chart_becomes_interactive_whether_plotly_comes_before_or_after_it()
    {
        var browser = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .SelectMany(folder => new[] { "chromium", "google-chrome" }.Select(name => Path.Combine(folder, name))).FirstOrDefault(File.Exists);
        Assert.SkipWhen(browser is null, "There is no Chromium on this machine.");
        using var folder = new TempFolder();
        var page = Path.Combine(folder.Path, "page.html");
        var (counts, loss) = (Charts.Counts("Images", ("good", 209), ("bad", 63)).ToHtml(), Charts.Loss([new(1, 0.4, 0.5, 1), new(2, 0.3, 0.2, 1)]).ToHtml());
        await File.WriteAllTextAsync(page,
            $"""
            <!doctype html><meta charset="utf-8">
            <script>var define = () => document.title = 'taken for a module'; define.amd = true;</script>
            {counts}{counts}{Charts.Setup().ToHtml()}{loss}{counts}{Charts.Setup().ToHtml()}
            """, TestContext.Current.CancellationToken);

        var dom = new HtmlParser().ParseDocument(await Dom(browser!, folder.Path, page));

        Assert.Equal(4, dom.QuerySelectorAll("[data-chart].js-plotly-plot").Length);
        Assert.Empty(dom.QuerySelectorAll("[data-chart] > svg"));
        Assert.Equal(3 * 2, dom.QuerySelectorAll(".js-plotly-plot .bars .point").Length);
        Assert.Equal("", dom.Title);
    }

    /// <summary>The page after its scripts have run.</summary>
    private static async Task<string> Dom(string browser, string folder, string page)
    {
        using var process = Process.Start(new ProcessStartInfo(browser,
        [
            "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
            $"--user-data-dir={Path.Combine(folder, "profile")}", "--virtual-time-budget=5000", "--dump-dom", $"file://{page}",
        ])
        { RedirectStandardOutput = true, RedirectStandardError = true })!;
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromMinutes(1));
        try
        {
            var dom = await process.StandardOutput.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token);
            return dom;
        }
        finally
        {
            process.Kill(entireProcessTree: true);
        }
    }
}
