namespace NotebookKernel.Tests;

public sealed class SessionTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Later_cells_see_what_earlier_ones_declared()
    {
        var run = await Run.Cells(
            folder.Path,
            "using System.Globalization;\nint Twice(int a) => 2 * a;",
            "record Point(int X, int Y);\nvar point = new Point(1, Twice(2));",
            "await Task.Yield();\nint[] values = [point.X, point.Y];\nvalues.Sum() + CultureInfo.InvariantCulture.LCID");

        Assert.Equal("132", run.Succeeded().Shown(2));
    }

    [Fact]
    public async Task A_variable_can_be_declared_again_with_another_type()
    {
        var run = await Run.Cells(folder.Path, "var x = 1;", "var x = \"one\";", "x.Length");

        Assert.Equal("3", run.Succeeded().Shown(2));
    }

    [Fact]
    public async Task Only_a_last_expression_without_semicolon_is_a_value()
    {
        var run = await Run.Cells(folder.Path, "40 + 2", "Math.Abs(-42);", "await Task.Yield()", "await Task.FromResult(7)", "var x = 3; x = 4", "null");

        run.Succeeded();
        Assert.Equal(["42", "", "", "7", "4", "<null>"], Enumerable.Range(0, 6).Select(i => run.Outputs(i).Count == 0 ? "" : run.Shown(i)));
    }

    [Fact]
    public async Task Variables_of_a_failing_cell_are_kept()
    {
        var session = new Sessions.Session(folder.Path);
        var error = await session.ExecuteAsync("var kept = 5; throw new Exception();", _ => { }, TestContext.Current.CancellationToken);
        Sessions.CellOutput? shown = null;
        Assert.NotNull(error);
        Assert.Null(await session.ExecuteAsync("kept", output => shown = output, TestContext.Current.CancellationToken));

        Assert.Equal("5", Assert.IsType<Sessions.CellValue>(shown).Data["text/plain"]);
    }

    [Fact]
    public async Task An_imported_file_leaves_variables_types_and_usings()
    {
        folder.Write("shared/setup.csx", "using System.Globalization;\nvar greeting = \"hello\";\nclass Shout { public string Of(string s) => s.ToUpper(CultureInfo.InvariantCulture); }");

        var run = await Run.Cells(folder.Path, "var before = 1;\n#!import \"shared/setup.csx\"\nvar after = greeting + before;", "new Shout().Of(after) + CultureInfo.InvariantCulture.LCID");

        Assert.Equal("HELLO1127", run.Succeeded().Shown(1));
    }

    [Fact]
    public async Task Paths_in_an_imported_file_start_at_the_notebook()
    {
        folder.Write("shared/setup.csx", "#load \"values.csx\"");
        folder.Write("values.csx", "var fromNotebooksFolder = 12;");

        var run = await Run.Cells(folder.Path, "#!import \"shared/setup.csx\"", "fromNotebooksFolder");

        Assert.Equal("12", run.Succeeded().Shown(1));
    }

    [Fact]
    public async Task A_loaded_file_leaves_its_variables()
    {
        folder.Write("values.csx", "var loaded = 21;");

        var run = await Run.Cells(folder.Path, "#load \"values.csx\"", "loaded * 2");

        Assert.Equal("42", run.Succeeded().Shown(1));
    }

    [Theory]
    [InlineData("#!time", "\"#!time\" is not supported here: this engine runs C# cells and knows #!import only.")]
    [InlineData("#!pwsh", "\"#!pwsh\" is not supported here: this engine runs C# cells and knows #!import only.")]
    [InlineData("#!import \"other.ipynb\"", "#!import \"other.ipynb\" is not supported here: this engine imports .csx and .cs files only.")]
    [InlineData("#!import \"none.csx\"", "\"none.csx\" does not exist: check the path, which is relative to the notebook's folder.")]
    [InlineData("#load \"none.csx\"", "\"none.csx\" does not exist: check the path, which is relative to the notebook's folder.")]
    public async Task What_this_engine_cannot_do_is_said_in_a_sentence(string line, string sentence)
    {
        var run = await Run.Cells(folder.Path, $"\n{line}\n1");

        Assert.Equal((sentence, 2), (run.Finished.Failure?.Error.Message, run.Finished.Failure?.Error.Line));
    }

    [Fact]
    public async Task The_kernels_own_selector_is_no_obstacle_and_text_is_no_magic()
    {
        var run = await Run.Cells(folder.Path, "#!csharp\nvar text = \"\"\"\n#!time\n\"\"\";\n/*\n#!time\n*/\ntext");

        Assert.Equal("#!time", run.Succeeded().Shown(0));
    }

    [Fact]
    public async Task A_mistake_in_an_imported_file_is_found_there()
    {
        folder.Write("setup.csx", "var x = 1;\n#!time");

        var run = await Run.Cells(folder.Path, "\n#!import \"setup.csx\"");

        Assert.StartsWith("setup.csx, line 2: \"#!time\" is not", run.Finished.Failure?.Error.Message, StringComparison.Ordinal);
        Assert.Equal(2, run.Finished.Failure?.Error.Line);
    }

    [Fact]
    public async Task A_cell_of_another_language_is_refused()
    {
        var cell = NotebookFile.Code("Get-Date");
        cell["metadata"]!["polyglot_notebook"] = new System.Text.Json.Nodes.JsonObject { ["kernelName"] = "pwsh" };

        var run = await Run.Of(folder.Path, NotebookFile.Of(cell));

        Assert.Equal("This cell is written in pwsh; only C# cells run here.", run.Finished.Failure?.Error.Message);
    }
}
