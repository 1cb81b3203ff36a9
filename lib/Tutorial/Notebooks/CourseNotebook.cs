using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using NotebookKernel.Notebooks;

namespace Tutorial.Notebooks;

/// <summary>A notebook of the course, as written or as executed.</summary>
/// <param name="Path">The file.</param>
/// <param name="Content">What is in it.</param>
internal sealed partial record CourseNotebook(string Path, Notebook Content)
{
    /// <summary>The mime type of recorded values: a flat JSON object.</summary>
    public const string ValuesType = "application/vnd.anomalylab.values+json";

    /// <summary>The file's name without extension, for example <c>04-training</c>.</summary>
    public string Name => System.IO.Path.GetFileNameWithoutExtension(Path);

    /// <summary>The first heading, else the name.</summary>
    public string Title => Content.Cells.Where(cell => cell.IsMarkdown)
        .Select(cell => Heading().Match(cell.Source)).FirstOrDefault(match => match.Success)?.Groups[1].Value ?? Name;

    /// <summary>
    /// What the notebook recorded: every output of the type <see cref="ValuesType"/>, merged; a later value of the
    /// same name wins.
    /// </summary>
    public JsonObject Values
    {
        get
        {
            var values = new JsonObject();
            foreach (var recorded in Content.Cells.SelectMany(cell => cell.Outputs).OfType<DisplayOutput>().Select(output => output.Data.GetValueOrDefault(ValuesType)).OfType<string>())
            {
                foreach (var (name, value) in JsonNode.Parse(recorded)!.AsObject())
                    values[name] = value?.DeepClone();
            }
            return values;
        }
    }

    /// <summary>Reads a file.</summary>
    /// <param name="path">An <c>.ipynb</c> file.</param>
    /// <exception cref="NotebookException">The file is no C# notebook.</exception>
    public static CourseNotebook Read(string path) => new(System.IO.Path.GetFullPath(path), Notebook.Load(path));

    [GeneratedRegex(@"^#+\s+(.+?)\s*$", RegexOptions.Multiline)]
    private static partial Regex Heading();
}
