using NotebookKernel.Sessions;

namespace NotebookKernel.Tests;

public sealed class ErrorTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_compile_error_has_the_cells_line_and_marks_the_place()
    {
        var error = await ErrorOf("var a = 1;", "var b = 2;\n\nvar c = a + missing;");

        Assert.Equal("CompilationError", error.Name);
        Assert.Equal("cell 2, line 3: The name 'missing' does not exist in the current context (CS0103)", error.Message);
        Assert.Equal(3, error.Line);
        Assert.Equal(
            [
                "cell 2, line 3: error CS0103: The name 'missing' does not exist in the current context",
                "    var c = a + missing;",
                "                ^",
            ],
            error.Traceback);
    }

    [Fact]
    public async Task Several_compile_errors_are_counted_and_all_listed()
    {
        var error = await ErrorOf("int x = a;\nint y = b;\nint z = c;");

        Assert.EndsWith("(and 2 more errors)", error.Message, StringComparison.Ordinal);
        Assert.Equal(3, error.Traceback.Count(line => line.Contains("CS0103", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task An_exception_is_followed_through_the_cells_only()
    {
        var error = await ErrorOf(
            "int Parse(string text)\n{\n    return int.Parse(text);\n}",
            "async Task<int> Later(string text)\n{\n    await Task.Delay(1);\n    return Parse(text);\n}",
            "\nawait Later(\"seven\")");

        Assert.Equal("System.FormatException", error.Name);
        Assert.Equal(2, error.Line);
        Assert.Equal(
            [
                "System.FormatException: The input string 'seven' was not in a correct format.",
                "   at cell 1, line 3: return int.Parse(text);",
                "   at cell 2, line 4: return Parse(text);",
                "   at cell 3, line 2: await Later(\"seven\")",
            ],
            error.Traceback);
    }

    [Fact]
    public async Task A_referenced_librarys_frames_and_the_inner_exception_are_shown()
    {
        Library.Compile(folder.Path, "Faulty", "public static class Machine { public static void Start() => throw new System.InvalidOperationException(\"no oil\", new System.IO.IOException(\"leak\")); }");

        var error = await ErrorOf("#r \"Faulty.dll\"\nMachine.Start();");

        Assert.Equal(
            ["System.InvalidOperationException: no oil", "   at Machine.Start()", "   at cell 1, line 2: Machine.Start();", " caused by System.IO.IOException: leak"],
            error.Traceback);
    }

    [Fact]
    public async Task An_error_in_a_loaded_or_imported_file_names_the_file()
    {
        folder.Write("loaded.csx", "\nvoid Fail() => throw new Exception(\"loaded\");");
        folder.Write("imported.csx", "\nint x = missing;");

        var thrown = await ErrorOf("#load \"loaded.csx\"\nFail();");
        var compiled = await ErrorOf("\n#!import \"imported.csx\"");

        Assert.Equal(["System.Exception: loaded", "   at loaded.csx, line 2: void Fail() => throw new Exception(\"loaded\");", "   at cell 1, line 2: Fail();"], thrown.Traceback);
        Assert.Equal("imported.csx, line 2: The name 'missing' does not exist in the current context (CS0103)", compiled.Message);
    }

    [Fact]
    public async Task Line_numbers_after_an_import_are_still_the_cells()
    {
        folder.Write("setup.csx", "var x = 1;");

        var error = await ErrorOf("var y = 2;\n#!import \"setup.csx\"\n\nthrow new Exception(\"late\");");

        Assert.Equal(4, error.Line);
        Assert.Contains("   at cell 1, line 4: throw new Exception(\"late\");", error.Traceback);
    }

    [Fact]
    public async Task A_value_that_cannot_be_shown_fails_its_cell()
    {
        var error = await ErrorOf("class Shy { public override string ToString() => throw new Exception(\"not me\"); }\nMicrosoft.DotNet.Interactive.Formatting.Formatter.Register<Shy>(shy => shy.ToString());", "new Shy()");

        Assert.Equal("not me", error.Message);
    }

    [Fact]
    public async Task The_notebook_ends_at_the_error_and_says_so_as_jupyter_does()
    {
        var run = await Run.Of(folder.Path, NotebookFile.Of(
            NotebookFile.Code("Console.WriteLine(\"before\");\nthrow new InvalidOperationException(\"broken\");"),
            NotebookFile.Code("Console.WriteLine(\"after\");")));

        var error = run.Outputs(0)[1]!;
        Assert.Equal(("error", "System.InvalidOperationException", "broken"), (error["output_type"]!.ToString(), error["ename"]!.ToString(), error["evalue"]!.ToString()));
        Assert.Equal("   at cell 1, line 2: throw new InvalidOperationException(\"broken\");", error["traceback"]![1]!.ToString());
        Assert.Equal("before\n", run.Printed(0));
        Assert.Empty(run.Outputs(1));
        Assert.Null(run.Notebook["cells"]![1]!["execution_count"]);
    }

    private async Task<CellError> ErrorOf(params string[] cells)
    {
        var run = await Run.Cells(folder.Path, cells);
        Assert.Equal(cells.Length, run.Finished.Failure?.Cell);
        return run.Finished.Failure!.Error;
    }
}
