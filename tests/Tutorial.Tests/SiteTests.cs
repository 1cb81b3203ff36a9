using System.Text.Json.Nodes;
using AngleSharp.Dom;
using AngleSharp.Html.Parser;
using Tutorial.Site;

namespace Tutorial.Tests;

public sealed class SiteTests(StoppedCourse course)
{
    public static TheoryData<string> Pages => ["index", "01-first", "02-second", "03-third", "run"];

    [Theory]
    [MemberData(nameof(Pages))]
    public void Every_link_leads_to_a_place_that_is_there(string page)
    {
        var broken = Open(page).QuerySelectorAll("a[href]").Select(link => link.GetAttribute("href")!)
            .Where(href => !href.StartsWith("https://example.org/"))
            .Where(href => !Leads(page, href));

        Assert.Empty(broken);
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public void A_page_needs_nothing_from_elsewhere(string page)
    {
        var document = Open(page);

        Assert.Empty(document.QuerySelectorAll("[src], link[href], [srcset], object, iframe")
            .Where(element => element.GetAttribute("src")?.StartsWith("data:") != true).Select(element => element.OuterHtml));
        Assert.DoesNotContain("url(", string.Concat(document.QuerySelectorAll("style").Select(style => style.TextContent)));
    }

    [Fact]
    public void Prose_becomes_headings_and_tables_and_links_between_notebooks_become_links_between_pages()
    {
        var document = Open("01-first");

        Assert.Equal("Look at the data", document.QuerySelector("h1")!.TextContent);
        Assert.Equal(["1", "2"], document.QuerySelector(".markdown table")!.QuerySelectorAll("td").Select(cell => cell.TextContent));
        Assert.Equal("02-second.html#divide", document.QuerySelectorAll(".markdown a").Single(link => link.TextContent == "the second").GetAttribute("href"));
        Assert.Equal(["gone", "Readme", "other"], document.QuerySelectorAll(".markdown em").Select(dead => dead.TextContent));
        Assert.Equal("far", document.QuerySelector(".markdown a[href='https://example.org/far.png']")!.TextContent);
        Assert.Equal($"data:image/png;base64,{StoppedCourse.Png}", document.QuerySelector(".markdown img[alt='a dot']")!.GetAttribute("src"));
    }

    [Fact]
    public void Code_is_coloured_and_kept_to_the_letter()
    {
        var code = Open("02-second").QuerySelectorAll("section.code > div.csharp").Select(source => source.TextContent.Trim());

        Assert.Equal(["var x = 1;", "x++;", "var y = 0;\nvar z = x / y;\nConsole.WriteLine(z);", "Console.WriteLine(\"never\");"], code);
        Assert.Contains("var", Open("02-second").QuerySelectorAll(".keyword").Select(word => word.TextContent));
    }

    [Fact]
    public void Pictures_pasted_into_a_cell_are_in_the_page()
    {
        var document = Open("03-third");

        Assert.Equal($"data:image/png;base64,{StoppedCourse.Png}", document.QuerySelector(".markdown img[alt='pasted']")!.GetAttribute("src"));
        Assert.Equal(["lost"], document.QuerySelectorAll(".markdown em").Select(dead => dead.TextContent));
    }

    [Fact]
    public void A_raw_cell_is_shown_to_the_letter_and_not_as_code()
    {
        var document = Open("03-third");

        Assert.Equal("raw *text* <b>", document.QuerySelector(".markdown > pre")!.TextContent);
        Assert.DoesNotContain(document.QuerySelectorAll(".csharp"), code => code.TextContent.Contains("raw", StringComparison.Ordinal));
    }

    [Fact]
    public void The_parameters_that_were_set_are_shown_as_such()
    {
        var caption = Open("01-first").QuerySelectorAll(".caption").Single();

        Assert.Equal("Set for this run:", caption.TextContent);
        Assert.Equal("int epochs = 5;", caption.NextElementSibling!.TextContent.Trim());
    }

    [Fact]
    public void Console_text_is_shown_to_the_letter_and_without_codes() =>
        Assert.Equal("epochs 5, <b>name</b> a\nred text\n", Open("01-first").QuerySelector("pre.stream")!.TextContent.ReplaceLineEndings("\n"));

    [Fact]
    public void A_value_is_shown_by_its_richest_type() =>
        Assert.Equal("shown", Open("01-first").QuerySelector(".output .from-notebook")!.TextContent);

    [Fact]
    public void The_failing_cell_is_marked_and_carries_its_error()
    {
        var failed = Open("02-second").QuerySelectorAll("section.failed").Single();

        Assert.Contains("var z = x / y;", failed.QuerySelector(".csharp")!.TextContent);
        Assert.Contains("DivideByZeroException: Attempted to divide by zero.", failed.QuerySelector("pre.error strong")!.TextContent);
        Assert.Contains("Cell 3, line 2", Open("02-second").QuerySelector(".notice.bad")!.TextContent);
    }

    [Fact]
    public void A_notebook_that_was_not_run_says_so_and_shows_nothing_of_earlier_runs()
    {
        var page = Open("03-third");

        Assert.Equal("This notebook was not run.", page.QuerySelectorAll(".notice")[^1].TextContent);
        Assert.Empty(page.QuerySelectorAll(".output"));
    }

    [Fact]
    public void The_cover_says_what_one_will_learn_and_how_long_it_takes()
    {
        var cover = Open("index");

        Assert.Equal("Image anomaly detection in C#", cover.QuerySelector("h1")!.TextContent);
        Assert.Equal(["Look at the data", "Train the weights", "Never run"], cover.QuerySelectorAll(".lessons li > a").Select(link => link.TextContent));
        Assert.Equal(["7 min", "", ""], cover.QuerySelectorAll(".lessons .minutes").Select(minutes => minutes.TextContent));
        var goal = cover.QuerySelector(".lessons .goal")!;
        goal.QuerySelector("[role=tooltip]")!.Remove();
        Assert.Equal("What the 2 weights are.", goal.TextContent.Trim());
        Assert.Contains("02-second", cover.QuerySelector(".notice.bad")!.TextContent);
        Assert.Equal("en", cover.DocumentElement.GetAttribute("lang"));
    }

    [Fact]
    public void The_log_of_the_run_is_a_page_of_its_own()
    {
        Assert.Empty(Open("index").QuerySelectorAll("table"));
        var log = Open("run");

        Assert.Equal(["ok", "failed", "not run"], log.QuerySelectorAll("table.notebooks td:nth-child(2)").Select(cell => cell.TextContent));
        Assert.Equal("0.9123", log.QuerySelectorAll("table.values tr").Single(row => row.TextContent.Contains("auc")).QuerySelector(".number")!.TextContent);
        Assert.Equal(DataNotice.For("synthetic"), log.QuerySelector(".notice")!.TextContent);
        Assert.All(Pages.Where(page => page != "run"), page => Assert.NotNull(Open(page).QuerySelector("footer a[href='run.html']")));
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public void The_contents_mark_the_page_and_show_its_headings(string page)
    {
        var contents = Open(page).QuerySelector("nav.contents")!;

        Assert.Equal(["index.html", "01-first.html", "02-second.html", "03-third.html", "run.html"], contents.QuerySelectorAll("details > ol > li > a").Select(link => link.GetAttribute("href")));
        Assert.Equal(page + ".html", contents.QuerySelectorAll("[aria-current=page]").Single().GetAttribute("href"));
        Assert.Equal(page switch { "01-first" => ["#the-words The words"], "02-second" => ["#divide Divide"], _ => [] }, contents.QuerySelectorAll("li li a").Select(link => $"{link.GetAttribute("href")} {link.TextContent}"));
    }

    [Theory]
    [InlineData("01-first")]
    [InlineData("03-third")]
    public void The_notebook_to_download_is_the_one_that_was_written_without_outputs(string page)
    {
        var link = Open(page).QuerySelector(".tools a[download]")!.GetAttribute("href")!;
        var cells = JsonNode.Parse(File.ReadAllText(Path.Combine(course.Output, link)))!["cells"]!.AsArray();

        Assert.All(cells.Where(cell => $"{cell!["cell_type"]}" == "code"), cell => Assert.Equal("""[[],null]""", new JsonArray(cell!["outputs"]!.DeepClone(), cell["execution_count"]?.DeepClone()).ToJsonString()));
        Assert.DoesNotContain(cells, cell => cell!["metadata"]!.ToJsonString().Contains("injected"));
    }

    [Fact]
    public void A_word_of_this_or_an_earlier_notebook_s_table_is_explained_where_it_first_appears()
    {
        var words = Open("02-second").QuerySelectorAll("dfn");

        // Not in the heading, the link, code and bold, and each once.
        Assert.Equal(["weights", "gradients"], words.Select(word => word.FirstChild!.TextContent));
        Assert.Equal(["a number that training chooses", "all slopes together"], words.Select(word => word.QuerySelector("[role=tooltip]")!.TextContent));
        Assert.All(words, word => Assert.Equal(word.GetAttribute("aria-describedby"), word.QuerySelector("[role=tooltip]")!.Id));
    }

    [Fact]
    public async Task A_real_browser_shows_the_pictures_from_disk()
    {
        await using var chromium = await Chromium.StartAsync();
        var page = await chromium.OpenAsync(new Uri(Path.Combine(course.Output, "01-first.html")).AbsoluteUri);

        Assert.Equal(2, await page.EvaluateAsync<int>("[...document.images].filter(image => image.complete && image.naturalWidth == 1).length"));
    }

    [Theory]
    [InlineData("\u001b[1;31mred\u001b[0m", "red")]
    [InlineData("\u001b]0;title\u0007\u001b[2Kdone", "done")]
    [InlineData("a [bracket] stays", "a [bracket] stays")]
    public void Console_codes_are_taken_out(string written, string plain) => Assert.Equal(plain, Ansi.Strip(written));

    private bool Leads(string from, string href)
    {
        var parts = href.Split('#', 2);
        var file = parts[0].Length == 0 ? from + ".html" : parts[0];
        return File.Exists(Path.Combine(course.Output, file)) && (parts.Length == 1 || Open(Path.GetFileNameWithoutExtension(file)).GetElementById(parts[1]) is not null);
    }

    private IDocument Open(string page) => new HtmlParser().ParseDocument(File.ReadAllText(Path.Combine(course.Output, page + ".html")));
}
