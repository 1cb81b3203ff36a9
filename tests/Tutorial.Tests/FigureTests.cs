using System.Text.Json;
using System.Xml.Linq;
using AnomalyLab.Course;

namespace Tutorial.Tests;

/// <summary>The drawings in <c>notebooks/figures</c>, and in <c>ja</c> below it the same with Japanese words.</summary>
public sealed class FigureTests
{
    private static readonly string Folder = Path.Combine(CourseFolders.Repository, "notebooks", "figures");

    public static TheoryData<string> Names => [.. Directory.GetFiles(Folder, "*.svg").Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_figure_says_what_it_shows_and_how_large_it_is(string name)
    {
        var svg = Load(name);

        Assert.Equal($"0 0 520 {svg.Attribute("height")?.Value}", svg.Attribute("viewBox")?.Value);
        Assert.Equal("520", svg.Attribute("width")?.Value);
        Assert.Equal(["title", "desc"], svg.Elements().Take(2).Select(e => e.Name.LocalName));
        Assert.All(svg.Elements().Take(2), e => Assert.NotEqual("", e.Value.Trim()));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_figure_needs_nothing_from_elsewhere_and_runs_nothing(string name)
    {
        var svg = Load(name);
        var ids = svg.Descendants().Attributes("id").Select(id => "#" + id.Value).ToArray();

        Assert.Equal(ids.Distinct(), ids);
        var links = svg.Descendants().Attributes().Where(a => a.Name.LocalName == "href").Select(a => a.Value);
        var urls = File.ReadAllText(Path.Combine(Folder, name)).Split("url(").Skip(1).Select(rest => rest.Split(')')[0]);
        Assert.All(links.Concat(urls), reference => Assert.Contains(reference, ids));
        Assert.DoesNotContain("@import", svg.Value);
        Assert.DoesNotContain(svg.Descendants(), e => e.Name.LocalName is "script" or "image" or "foreignObject" or "a");
        Assert.DoesNotContain(svg.Descendants().Attributes(), a => a.Name.LocalName.StartsWith("on", StringComparison.Ordinal));
    }

    [Fact]
    public void All_figures_share_one_style() =>
        Assert.Single(Names.Select(name => Load(name.Data)).Select(svg => svg.Element(svg.Name.Namespace + "style")!.Value).Distinct());

    [Fact]
    public void Every_word_in_the_figures_has_a_Japanese_one_and_none_is_left_over()
    {
        var english = Names.SelectMany(name => Words(Load(name.Data))).Select(word => word.Value).Where(HasLetters).ToHashSet();
        var japanese = Japanese();

        Assert.Empty(english.Except(japanese.Keys));
        Assert.Empty(japanese.Keys.Except(english));
        Assert.DoesNotContain("", japanese.Values);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_Japanese_figure_is_the_English_one_with_other_words(string name)
    {
        var (expected, japanese) = (Load(name), Japanese());
        foreach (var word in Words(expected).Where(word => HasLetters(word.Value)))
            word.Value = japanese[word.Value];
        expected.SetAttributeValue(XNamespace.Xml + "lang", "ja");

        Assert.True(XNode.DeepEquals(expected, Load(Path.Combine("ja", name))), $"ja/{name} is not what `dotnet run notebooks/figures/translate.cs` makes of {name} and ja.json. Run it.");
    }

    [Theory]
    [InlineData("")]
    [InlineData("ja")]
    public async Task No_text_touches_another_or_the_edge(string language)
    {
        await using var chromium = await Chromium.StartAsync();
        var page = await chromium.OpenAsync("about:blank");
        await page.SetContentAsync(string.Concat(Names.Select(name => $"<div data-name='{name.Data}'>{File.ReadAllText(Path.Combine(Folder, language, name.Data))}</div>")));

        // A line's box is higher than its letters: a quarter less above and below.
        Assert.Empty(await page.EvaluateAsync<string[]>("""
            () => [...document.querySelectorAll('div')].flatMap(figure => {
                const box = e => { const r = e.getBoundingClientRect(), c = r.height / 4;
                    return { text: e.textContent, left: r.left, right: r.right, top: r.top + c, bottom: r.bottom - c }; };
                const card = figure.querySelector('.card').getBoundingClientRect();
                const texts = [...figure.querySelectorAll('text')].map(box);
                const out = texts.filter(t => t.left < card.left + 4 || t.right > card.right - 4 || t.top < card.top || t.bottom > card.bottom)
                    .map(t => `${figure.dataset.name}: "${t.text}" leaves the card`);
                const on = texts.flatMap((a, i) => texts.slice(i + 1)
                    .filter(b => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom)
                    .map(b => `${figure.dataset.name}: "${a.text}" and "${b.text}" touch`));
                return [...out, ...on];
            })
            """));
    }

    private static XElement Load(string name) => XElement.Load(Path.Combine(Folder, name));

    private static Dictionary<string, string> Japanese() =>
        JsonSerializer.Deserialize<Dictionary<string, string>>(File.ReadAllText(Path.Combine(Folder, "ja.json")))!;

    private static IEnumerable<XElement> Words(XElement svg) => svg.Descendants().Where(e => e.Name.LocalName is "title" or "desc" or "text");

    private static bool HasLetters(string text) => text.Any(char.IsAsciiLetter);
}
