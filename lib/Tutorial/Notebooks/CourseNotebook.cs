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

    /// <summary>What one learns, in Markdown: what follows the words in bold that begin a paragraph of the first cell (<c>**You will learn** what …</c>).</summary>
    public string? Goal => LearningGoal().Match(FirstCell) is { Success: true } goal ? goal.Groups[1].Value : null;

    /// <summary>How many minutes it takes: the first number after <see cref="Goal"/>.</summary>
    public int? Minutes => LearningGoal().Match(FirstCell) is { Success: true } goal && Number().Match(FirstCell, goal.Index + goal.Length) is { Success: true } minutes
        ? int.Parse(minutes.Value)
        : null;

    private string FirstCell => Content.Cells.FirstOrDefault(cell => cell.IsMarkdown)?.Source ?? "";

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

    [GeneratedRegex(@"^\*\*[^*]+\*\*[\s:：]*(.+?)\s*$", RegexOptions.Multiline)]
    private static partial Regex LearningGoal();

    [GeneratedRegex("[0-9]+")]
    private static partial Regex Number();
}
