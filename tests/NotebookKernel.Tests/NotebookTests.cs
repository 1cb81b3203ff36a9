using System.Text.Json.Nodes;
using NotebookKernel.Notebooks;

namespace NotebookKernel.Tests;

public sealed class NotebookTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void What_is_not_known_is_kept_when_a_notebook_is_saved()
    {
        const string text = """
            {"cells":[{"cell_type":"code","execution_count":3,"id":"a-1","metadata":{"custom":{"x":1.50}},"attachments":{"é.png":{}},
            "outputs":[{"output_type":"stream","name":"stdout","text":["<ü>"]}],"source":["var s = \"<&>\";\n","s"]},
            {"cell_type":"raw","id":"b","metadata":{},"source":"raw\ntext"}],
            "metadata":{"kernelspec":{"language":"C#","name":".net-csharp","display_name":".NET (C#)"},"mine":[1,null]},"nbformat":4,"nbformat_minor":5,"extra":true}
            """;
        var path = folder.Write("in.ipynb", text);

        Notebook.Load(path).Save(folder["new/out.ipynb"]);

        var saved = File.ReadAllText(folder["new/out.ipynb"]);
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(text), JsonNode.Parse(saved)), saved);
        Assert.Contains("1.50", saved, StringComparison.Ordinal);
        Assert.Contains("<ü>", saved, StringComparison.Ordinal);
        Assert.Equal(["out.ipynb"], Directory.GetFiles(folder["new"]).Select(Path.GetFileName));
    }

    [Fact]
    public void A_saved_notebook_is_indented_as_jupyter_does_it()
    {
        var notebook = Notebook.Parse(NotebookFile.OfCode("1\n2"), "test");

        Assert.StartsWith("{\n \"cells\": [\n  {\n   \"cell_type\": \"code\",\n", notebook.ToString(), StringComparison.Ordinal);
        Assert.EndsWith("}\n", notebook.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\"cells\": [{\"cell_ty", "N is not a notebook: it is not JSON, or the file is cut off (line 1).")]
    [InlineData("", "N is not a notebook: it is not JSON, or the file is cut off (line 1).")]
    [InlineData("[]", "N is not a notebook: it has no \"nbformat\" and \"cells\".")]
    [InlineData("{\"nbformat\": 4}", "N is not a notebook: it has no \"nbformat\" and \"cells\".")]
    [InlineData("{\"nbformat\": 3, \"cells\": []}", "N is a notebook of format 3; only format 4 is read here. Open it in Jupyter and save it again.")]
    [InlineData("{\"nbformat\": 4, \"cells\": [{\"cell_type\": \"code\", \"source\": [1]}]}", "N is damaged: item 1 of its cells is not a cell with a type and a source.")]
    [InlineData("{\"nbformat\": 4, \"cells\": [null]}", "N is damaged: item 1 of its cells is not a cell with a type and a source.")]
    [InlineData("{\"nbformat\": 4, \"cells\": [], \"metadata\": {\"kernelspec\": {\"language\": \"python\"}}}", "N is written in python; only C# notebooks run here.")]
    public void A_broken_notebook_is_named_in_a_sentence(string text, string sentence)
    {
        var exception = Assert.Throws<NotebookException>(() => Notebook.Parse(text, "N"));

        Assert.Equal(sentence, exception.Message);
    }

    [Fact]
    public void A_missing_notebook_is_named_in_a_sentence()
    {
        var exception = Assert.Throws<NotebookException>(() => Notebook.Load(folder["none.ipynb"]));

        Assert.Equal($"The notebook {folder["none.ipynb"]} does not exist.", exception.Message);
    }

    [Fact]
    public async Task Only_outputs_execution_counts_and_the_languages_name_change_when_a_notebook_is_executed()
    {
        var stale = NotebookFile.Code("1");
        stale["outputs"]!.AsArray().Add(new JsonObject { ["output_type"] = "stream", ["name"] = "stdout", ["text"] = "old" });
        stale["execution_count"] = 99;
        var before = NotebookFile.Of(NotebookFile.Markdown("# One"), stale, NotebookFile.Code("  \n"), NotebookFile.Code("2", "tag"));

        var run = await Run.Of(folder.Path, before);

        Assert.Equal(["1", "2"], new[] { run.Succeeded().Shown(1), run.Shown(3) });
        Assert.Equal(["1", null, "2"], new[] { 1, 2, 3 }.Select(i => run.Notebook["cells"]![i]!["execution_count"]?.ToString()));
        Assert.Equal("1", run.Outputs(1)[0]!["execution_count"]!.ToString());
        // VS Code does not run cells of what Polyglot Notebooks wrote here.
        Assert.Equal(("C#", "csharp"), ($"{run.Notebook["metadata"]!["language_info"]!["name"]}", $"{run.Notebook["metadata"]!["language_info"]!["pygments_lexer"]}"));
        var expected = WithoutOutputs(JsonNode.Parse(before)!);
        expected["metadata"]!["language_info"] = run.Notebook["metadata"]!["language_info"]!.DeepClone();
        Assert.True(JsonNode.DeepEquals(expected, WithoutOutputs(run.Notebook)), run.Notebook.ToString());
    }

    [Fact]
    public async Task A_cells_title_is_the_last_heading_before_it()
    {
        var run = await Run.Of(folder.Path, NotebookFile.Of(
            NotebookFile.Code("1"),
            NotebookFile.Markdown("# Data\n\ntext\n## Counts\n```\n# a comment\n```\n#hashtag"),
            NotebookFile.Code("2"),
            NotebookFile.Markdown("only text"),
            NotebookFile.Code("3")));

        Assert.Equal(["", "Counts", "Counts"], run.Events.OfType<Running.CellStarted>().Select(cell => cell.Title));
    }

    private static JsonNode WithoutOutputs(JsonNode notebook)
    {
        var copy = notebook.DeepClone();
        foreach (var cell in copy["cells"]!.AsArray().Select(cell => cell!.AsObject()))
        {
            cell.Remove("outputs");
            cell.Remove("execution_count");
        }

        return copy;
    }
}
