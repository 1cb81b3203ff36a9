using System.Text.RegularExpressions;
using AnomalyLab.Course;
using Tutorial.Notebooks;
using Tutorial.Running;
using Tutorial.Site;

namespace Tutorial.Tests;

/// <summary>The site's page to print for a class, from the handout in <c>notebooks/workshop</c>.</summary>
public sealed partial class HandoutTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("anomalylab-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("en")]
    [InlineData("ja")]
    public async Task It_prints_on_two_pages_of_A4_with_all_its_figures(string language)
    {
        var site = new OutputFolder(_folder.FullName, language);
        var notebooks = CourseNotebooks.Choose(CourseFolders.Repository, language, ["00"]);
        site.Clear(["00"]);
        Directory.CreateDirectory(Path.GetDirectoryName(site.Download("00"))!);
        SiteWriter.Write(site, notebooks, new(false, default, 0, new Dictionary<string, string>(), Machine.This, null, [], [new(notebooks[0].Name, NotebookKernel.Running.NotebookStatus.NotRun, 0, [])]));
        await using var chromium = await Chromium.StartAsync();
        var page = await chromium.OpenAsync(new Uri(site.Index).AbsoluteUri);

        await page.Locator("a[href='handout.html']").First.ClickAsync();
        var figures = await page.EvaluateAsync<bool[]>("[...document.querySelectorAll('.handout img')].map(image => image.complete && image.naturalWidth > 0)");
        var printed = System.Text.Encoding.Latin1.GetString(await page.PdfAsync(new() { PreferCSSPageSize = true }));

        Assert.Equal(Enumerable.Repeat(true, 6), figures);
        Assert.Equal(["594.96 841.92", "594.96 841.92"], MediaBox().Matches(printed).Select(box => $"{float.Parse(box.Groups[1].Value):0.00} {float.Parse(box.Groups[2].Value):0.00}"));
    }

    [GeneratedRegex(@"/MediaBox \[0 0 ([0-9.]+) ([0-9.]+)\]")]
    private static partial Regex MediaBox();
}
