using System.Diagnostics;
using System.Text.Json.Nodes;
using AngleSharp.Dom;
using AngleSharp.Html.Parser;
using AnomalyLab.Course;
using Tutorial.Running;

namespace Tutorial.Tests;

/// <summary>The course in Japanese: what cells show, and the run of the notebooks in <c>notebooks/ja</c>.</summary>
public sealed class LanguageTests : IDisposable
{
    private const string Goal = "**You will learn** a word.\n\nAbout 5 minutes.";

    private readonly TestRepository _repository = new();

    public LanguageTests() => Directory.CreateDirectory(_repository.At("notebooks", "ja"));

    public void Dispose() => _repository.Dispose();

    [Theory]
    [InlineData("ja/shows", null, "損失|下っていく一つのつまみ|エポック 2/3|良品|k = 4のとき、重みは53,316個|まだ答えが書かれていません。|learningRateが-1です。")]
    [InlineData("ja/shows", "en", "Loss|One knob on its way down|epoch 2 of 3|good|with k = 4 there are 53,316 weights|Not answered yet.|learningRate is -1, but")]
    [InlineData("shows", null, "Loss|One knob on its way down|epoch 2 of 3|good|with k = 4 there are 53,316 weights|Not answered yet.|learningRate is -1, but")]
    [InlineData("shows", "ja", "損失|下っていく一つのつまみ|エポック 2/3|良品|k = 4のとき、重みは53,316個|まだ答えが書かれていません。|learningRateが-1です。")]
    public async Task Cells_show_the_language_of_the_notebook_s_folder_unless_the_variable_says_another(string notebook, string? variable, string shown)
    {
        var texts = await ShownAsync(notebook, variable,
            "Charts.Loss([new(1, 0.5, 0.4, 1)])",
            """new Chart("One knob on its way down", new("knob"), new("loss"), [])""",
            "var view = new TrainingView();\nview.Report(new(2, 3, 5, 5, [new(1, 0.5, 0.4, 1), new(2, 0.5, 0.4, 1)], 1, 9, 10));\nview.Dispose();",
            """new Table("", ["name"], [["good"]])""",
            "$\"with k = 4 there are {53316:N0} weights\"",
            "Exercises.MeanSquaredError(null)",
            "try { new TrainingOptions { LearningRate = -1 }.Validate(); } catch (ArgumentException e) { Console.WriteLine(e.Message); }");

        Assert.All(shown.Split('|').Zip(texts), pair => Assert.Contains(pair.First, pair.Second, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_run_in_Japanese_takes_the_Japanese_notebooks_and_shares_the_models()
    {
        _repository.Write("01-a", $"# English\n\n{Goal}", "1");
        _repository.Write("02-b", "# Not translated", "2");
        _repository.Write("ja/01-a", $"# 日本語\n\n{Goal}", """Console.WriteLine(string.Join(" ", new[] { "ANOMALYLAB_LANGUAGE", "ANOMALYLAB_OUTPUT" }.Select(Environment.GetEnvironmentVariable)));""");

        var (code, says) = await _repository.InvokeAsync("run", "--language", "ja");

        Assert.Equal(0, code);
        Assert.Contains("Not there in this language yet (ja): 02-b.", says);
        var executed = File.ReadAllText(Path.Combine(_repository.Output, "ja", "notebooks", "01-a.ipynb"));
        Assert.Contains($"ja {_repository.Output}\\n", executed, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(_repository.Output, "index.html")));

        Assert.Contains("Look at " + Path.Combine(_repository.Output, "ja"), (await _repository.InvokeAsync("run", _repository.At("notebooks", "ja", "01-a.ipynb"))).Says);
        Assert.Contains("There is no notebook 02. There are: 01-a", (await _repository.InvokeAsync("run", "02", "--language", "ja")).Says);
        Assert.Contains("fr", (await _repository.InvokeAsync("run", "--language", "fr")).Says);
    }

    [Fact]
    public async Task The_site_is_in_the_language_and_leads_to_the_other_where_the_page_is_there()
    {
        _repository.Write("01-a", $"# English\n\n{Goal}", "1");
        _repository.Write("02-b", "# Not translated", "2");
        _repository.Write("ja/01-a", $"# 日本語\n\n{Goal}", "1");

        await _repository.InvokeAsync("run");
        Assert.Null(Open("index").QuerySelector("a.language"));
        await _repository.InvokeAsync("run", "--language", "ja");

        string[] pages = ["index", "01-a", "run"];
        Assert.All(pages, page => Assert.Equal(("en", $"ja/{page}.html", "ja", "日本語"), Switch(Open(page))));
        Assert.All(pages, page => Assert.Equal(("ja", $"../{page}.html", "en", "English"), Switch(Open("ja/" + page))));
        Assert.Null(Open("02-b").QuerySelector("a.language"));
        Assert.Equal("C#で学ぶ画像の異常検知", Open("ja/index").QuerySelector("h1")!.TextContent);
        Assert.Equal("5分", Open("ja/01-a").QuerySelector(".tools span")!.TextContent);

        await _repository.InvokeAsync("run", "02");
        Assert.Null(Open("ja/01-a").QuerySelector("a.language"));
        Assert.NotNull(Open("ja/index").QuerySelector("a.language"));
    }

    private static (string?, string?, string?, string) Switch(IDocument page)
    {
        var link = page.QuerySelector("a.language")!;
        return (page.DocumentElement.GetAttribute("lang"), link.GetAttribute("href"), link.GetAttribute("hreflang"), link.TextContent);
    }

    private IDocument Open(string page) => new HtmlParser().ParseDocument(File.ReadAllText(Path.Combine(_repository.Output, page + ".html")));

    /// <summary>Runs cells with the library in a kernel of their own, and returns the plain text of what each shows last.</summary>
    private async Task<string[]> ShownAsync(string notebook, string? language, params string[] cells)
    {
        var library = CourseFolders.Repository.Replace('\\', '/') + "/artifacts/lib/";
        var written = _repository.Write(notebook, [$"#r \"{library}AnomalyLab.dll\"\n#!import \"{library}course.csx\"", .. cells]);
        var executed = _repository.At("executed.ipynb");
        var start = new ProcessStartInfo(NotebookProcess.Kernel[0], [NotebookProcess.Kernel[1], "execute", written, executed])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["ANOMALYLAB_OUTPUT"] = _repository.Output, ["ANOMALYLAB_LANGUAGE"] = language },
        };
        using var process = Process.Start(start)!;
        var says = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, string.Join('\n', says));
        return [.. JsonNode.Parse(await File.ReadAllTextAsync(executed))!["cells"]!.AsArray().Skip(1)
            .Select(cell => cell!["outputs"]!.AsArray().Last()!).Select(output => Text(output["data"]?["text/plain"] ?? output["data"]?["text/html"] ?? output["text"]))];
    }

    private static string Text(JsonNode? text) => text is JsonArray lines ? string.Concat(lines.Select(line => (string?)line)) : (string?)text ?? "";
}
