using System.Text.Json.Nodes;
using AnomalyLab.Course;

namespace Tutorial.Tests;

/// <summary>What every notebook of the course says about itself.</summary>
public sealed class NotebookFilesTests
{
    public static TheoryData<string> Notebooks =>
        [.. Directory.GetFiles(Folder, "*.ipynb", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(Folder, file)).Order(StringComparer.Ordinal)];

    private static string Folder => Path.Combine(CourseFolders.Repository, "notebooks");

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
}
