using System.Diagnostics;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;

namespace AnomalyLab.Tests.Visualization;

/// <summary>A real browser without a window. A test that needs one is skipped where there is none.</summary>
internal static class Browser
{
    /// <summary>Opens a page from disk and returns it as it is when its scripts have run.</summary>
    public static async Task<IHtmlDocument> OpenAsync(string html)
    {
        var browser = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .SelectMany(folder => new[] { "chromium", "google-chrome" }.Select(name => Path.Combine(folder, name))).FirstOrDefault(File.Exists);
        Assert.SkipWhen(browser is null, "There is no Chromium on this machine.");
        using var folder = new TempFolder();
        var page = folder.File("page.html");
        await File.WriteAllTextAsync(page, $"""<!doctype html><meta charset="utf-8">{html}""");
        using var process = Process.Start(new ProcessStartInfo(browser!,
        [
            "--headless", "--no-sandbox", "--disable-gpu", "--window-size=1200,900", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
            $"--user-data-dir={Path.Combine(folder.Path, "profile")}", "--virtual-time-budget=5000", "--dump-dom", $"file://{page}",
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
            return new HtmlParser().ParseDocument(dom);
        }
        finally
        {
            process.Kill(entireProcessTree: true);
        }
    }
}
