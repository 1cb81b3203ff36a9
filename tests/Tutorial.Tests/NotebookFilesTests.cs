using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using AnomalyLab.Course;

namespace Tutorial.Tests;

/// <summary>What every notebook of the course says about itself.</summary>
public sealed partial class NotebookFilesTests
{
    public static TheoryData<string> Notebooks =>
        [.. Directory.GetFiles(Folder, "*.ipynb", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(Folder, file)).Order(StringComparer.Ordinal)];

    private static string Folder => Path.Combine(CourseFolders.Repository, "notebooks");

    [Theory]
    [MemberData(nameof(Notebooks))]
    public void Its_long_cells_listen_to_the_stop_button(string notebook)
    {
        // What takes a token, and minutes without it.
        Assert.All(CodeCells(notebook).Where(cell => Long().IsMatch(cell)), cell => Assert.Contains("RunningCell.CancellationToken", cell, StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Notebooks))]
    public void Its_code_cells_have_at_most_twelve_lines(string notebook) =>
        Findings.AssertNone(CodeCells(notebook).Where(cell => cell.Split('\n').Length > 12).Select(cell => $"{notebook}: a cell has {cell.Split('\n').Length} lines:\n{cell}"));

    [GeneratedRegex(@"\.Train\(|\.Score\(test|(adim|Core)\.(Fit|Score)\(")]
    private static partial Regex Long();

    [Theory]
    [MemberData(nameof(Notebooks))]
    public void Its_language_is_one_that_all_editors_know(string notebook)
    {
        var metadata = JsonNode.Parse(File.ReadAllText(Path.Combine(Folder, notebook)))!["metadata"]!;

        Assert.Equal("""{"display_name":".NET (C#)","language":"C#","name":".net-csharp"}""", metadata["kernelspec"]!.ToJsonString());
        // VS Code goes by the name, JupyterLab by the mime type, nbconvert by the lexer, and Polyglot by what follows.
        Assert.Equal("""{"file_extension":".cs","mimetype":"text/x-csharp","name":"C#","pygments_lexer":"csharp"}""", metadata["language_info"]!.ToJsonString());
        Assert.Equal("csharp", $"{metadata["polyglot_notebook"]!["kernelInfo"]!["defaultKernelName"]}");
    }

    private static IEnumerable<string> CodeCells(string notebook) => JsonNode.Parse(File.ReadAllText(Path.Combine(Folder, notebook)))!["cells"]!.AsArray()
        .Where(cell => $"{cell!["cell_type"]}" == "code").Select(cell => string.Concat(cell!["source"]!.AsArray()));
}
