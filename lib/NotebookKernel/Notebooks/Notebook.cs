using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace NotebookKernel.Notebooks;

/// <summary>A Jupyter notebook, nbformat 4. Everything in the file that is not changed through this class stays as it is.</summary>
public sealed class Notebook
{
    // As Jupyter writes it: indented by one, nothing escaped that need not be.
    private static readonly JsonSerializerOptions format =
        new() { WriteIndented = true, IndentSize = 1, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, MaxDepth = LenientJson.MaxDepth };

    private readonly JsonObject json;
    private readonly List<NotebookCell> cells;

    private Notebook(JsonObject json)
    {
        this.json = json;
        cells = [.. json["cells"]!.AsArray().Select(cell => new NotebookCell(cell!.AsObject()))];
    }

    /// <summary>The cells, in order.</summary>
    public IReadOnlyList<NotebookCell> Cells => cells;

    /// <summary>Reads a notebook.</summary>
    /// <param name="path">The <c>.ipynb</c> file.</param>
    /// <exception cref="NotebookException">The file cannot be read, or is no C# notebook.</exception>
    public static Notebook Load(string path)
    {
        try
        {
            return Parse(File.ReadAllText(path), path);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new NotebookException($"The notebook {path} does not exist.", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new NotebookException($"The notebook {path} cannot be read: {exception.Message}", exception);
        }
    }

    /// <summary>Reads a notebook from its JSON.</summary>
    /// <param name="text">The JSON.</param>
    /// <param name="name">What to call the notebook in an error.</param>
    /// <exception cref="NotebookException">The text is no C# notebook.</exception>
    public static Notebook Parse(string text, string name)
    {
        JsonObject json;
        try
        {
            json = LenientJson.Parse(text) as JsonObject ?? [];
        }
        catch (JsonException exception)
        {
            throw new NotebookException($"{name} is not a notebook: it is not JSON, or the file is cut off (line {exception.LineNumber + 1}).", exception);
        }

        if (json["nbformat"] is not JsonValue version || !version.TryGetValue(out int major) || json["cells"] is not JsonArray cells)
            throw new NotebookException($"{name} is not a notebook: it has no \"nbformat\" and \"cells\".");
        if (major != 4)
            throw new NotebookException($"{name} is a notebook of format {major}; only format 4 is read here. Open it in Jupyter and save it again.");
        foreach (var (i, cell) in cells.Index())
        {
            if (!IsCell(cell))
                throw new NotebookException($"{name} is damaged: item {i + 1} of its cells is not a cell with a type and a source.");
        }

        if (json["metadata"] is not JsonObject)
            json["metadata"] = new JsonObject();
        if (json["metadata"]!["kernelspec"] is JsonObject kernel && kernel["language"]?.ToString() is { } language && language is not ("C#" or "csharp"))
            throw new NotebookException($"{name} is written in {language}; only C# notebooks run here.");
        return new Notebook(json);
    }

    /// <summary>Writes the language of execution into the metadata, as Jupyter does.</summary>
    internal void SetLanguage() => json["metadata"]!["language_info"] = LanguageInfo.Json();

    /// <summary>Adds a code cell.</summary>
    /// <param name="index">The place it gets among the cells, from 0.</param>
    /// <param name="source">Its text.</param>
    /// <param name="tag">Its only tag, which is also used as its id.</param>
    public NotebookCell InsertCode(int index, string source, string tag)
    {
        var cell = new NotebookCell(new JsonObject
        {
            ["cell_type"] = "code",
            ["execution_count"] = null,
            ["id"] = tag,
            ["metadata"] = new JsonObject { ["tags"] = new JsonArray(tag) },
            ["outputs"] = new JsonArray(),
            ["source"] = Lines(source),
        });
        // Cells have ids since format 4.5.
        if (json["nbformat_minor"]?.GetValue<int>() is null or < 5)
            cell.Json.Remove("id");
        json["cells"]!.AsArray().Insert(index, cell.Json);
        cells.Insert(index, cell);
        return cell;
    }

    /// <summary>Removes a cell.</summary>
    /// <param name="cell">One of <see cref="Cells"/>.</param>
    public void Remove(NotebookCell cell)
    {
        ArgumentNullException.ThrowIfNull(cell);
        json["cells"]!.AsArray().Remove(cell.Json);
        cells.Remove(cell);
    }

    /// <summary>Writes the notebook beside the wanted file and then renames it, so that no half-written file has its name.</summary>
    /// <param name="path">The file; its folder is made if need be, and a file of that name is replaced.</param>
    public void Save(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        File.WriteAllText(path + ".partial", ToString());
        File.Move(path + ".partial", path, overwrite: true);
    }

    /// <summary>Checks before a long run that <see cref="Save"/> will be able to write a file.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="NotebookException">It will not be able to.</exception>
    public static void CheckWritable(string path)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
            File.WriteAllText(path + ".partial", "");
            File.Delete(path + ".partial");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new NotebookException($"{path} cannot be written: {exception.Message}", exception);
        }
    }

    /// <summary>The notebook's JSON, as it is saved.</summary>
    public override string ToString() => json.ToJsonString(format) + "\n";

    /// <summary>A text in lines with their ends, as nbformat stores it.</summary>
    internal static JsonArray Lines(string text)
    {
        var lines = new JsonArray();
        for (var start = 0; start < text.Length;)
        {
            var end = text.IndexOf('\n', start) + 1;
            if (end == 0)
                end = text.Length;
            lines.Add(text[start..end]);
            start = end;
        }

        return lines;
    }

    private static bool IsCell(JsonNode? node) =>
        node is JsonObject cell && IsText(cell["cell_type"]) && cell["metadata"] is null or JsonObject && cell["source"] switch
        {
            JsonArray lines => lines.All(IsText),
            var source => IsText(source),
        };

    private static bool IsText(JsonNode? node) => node?.GetValueKind() == JsonValueKind.String;
}
