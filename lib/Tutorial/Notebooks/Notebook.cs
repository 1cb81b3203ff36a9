using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Tutorial.Notebooks;

/// <summary>A notebook file (nbformat 4), as written or as executed.</summary>
/// <param name="Path">The file.</param>
/// <param name="Cells">Its cells in order.</param>
public sealed partial record Notebook(string Path, IReadOnlyList<Cell> Cells)
{
    /// <summary>The file's name without extension, for example <c>04-training</c>.</summary>
    public string Name => System.IO.Path.GetFileNameWithoutExtension(Path);

    /// <summary>The first heading, else the name.</summary>
    public string Title => Cells.Where(cell => cell.Kind == CellKind.Markdown)
        .Select(cell => Heading().Match(cell.Source)).FirstOrDefault(match => match.Success)?.Groups[1].Value ?? Name;

    /// <summary>The names that the cell tagged <c>parameters</c> gives values to; empty without such a cell.</summary>
    public IReadOnlyList<string> Parameters => Cells.FirstOrDefault(cell => cell.Tags.Contains("parameters")) is { } cell
        ? [.. Assignment().Matches(cell.Source).Select(match => match.Groups[1].Value)]
        : [];

    /// <summary>
    /// What the notebook recorded: every output of the type <see cref="ValuesType"/>, merged; a later value of the
    /// same name wins.
    /// </summary>
    public JsonObject Values
    {
        get
        {
            var values = new JsonObject();
            foreach (var recorded in Cells.SelectMany(cell => cell.Outputs).OfType<DisplayOutput>().Select(output => output.Data.GetValueOrDefault(ValuesType)).OfType<string>())
            {
                foreach (var (name, value) in JsonNode.Parse(recorded)!.AsObject())
                    values[name] = value?.DeepClone();
            }
            return values;
        }
    }

    /// <summary>The mime type of recorded values: a flat JSON object.</summary>
    public const string ValuesType = "application/vnd.anomalylab.values+json";

    /// <summary>Reads a file.</summary>
    /// <param name="path">An <c>.ipynb</c> file.</param>
    /// <exception cref="TutorialException">The file is no notebook.</exception>
    public static Notebook Read(string path)
    {
        try
        {
            var cells = JsonNode.Parse(File.ReadAllText(path))!["cells"]!.AsArray();
            return new(System.IO.Path.GetFullPath(path), [.. cells.Select(cell => Cell.From(cell!.AsObject()))]);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or NullReferenceException or KeyNotFoundException)
        {
            throw new TutorialException($"{path} is no notebook that can be read ({e.Message.TrimEnd('.')}). Get it again from git.");
        }
    }

    [GeneratedRegex(@"^#+\s+(.+?)\s*$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"^\s*[\w<>\[\].?]+\s+(\w+)\s*=(?!=)", RegexOptions.Multiline)]
    private static partial Regex Assignment();
}
