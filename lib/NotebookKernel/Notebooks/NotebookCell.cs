using System.Text.Json.Nodes;

namespace NotebookKernel.Notebooks;

/// <summary>A cell of a <see cref="Notebook"/>: a view of its JSON, which keeps whatever this class does not know.</summary>
public sealed class NotebookCell
{
    internal NotebookCell(JsonObject json) => Json = json;

    internal JsonObject Json { get; }

    /// <summary>Whether this is a code cell, to be executed.</summary>
    public bool IsCode => Type == "code";

    /// <summary>Whether this is prose.</summary>
    public bool IsMarkdown => Type == "markdown";

    /// <summary>The cell's text, lines ending as in the file.</summary>
    public string Source => Text(Json["source"]);

    /// <summary>The cell's tags, such as <c>parameters</c>.</summary>
    public IReadOnlyList<string> Tags => Json["metadata"]?["tags"] is JsonArray tags ? [.. tags.Select(tag => $"{tag}")] : [];

    /// <summary>Whether the cell's metadata names C#, as Polyglot Notebooks writes it, or no language at all.</summary>
    public bool IsCSharp => Language is "csharp" or "C#";

    /// <summary>The language that the cell's metadata names; <c>csharp</c> where it names none.</summary>
    public string Language => $"{Named("polyglot_notebook", "kernelName") ?? Named("dotnet_interactive", "language") ?? "csharp"}";

    /// <summary>What the last execution left, in order.</summary>
    public IReadOnlyList<NotebookOutput> Outputs => [.. (Json["outputs"] as JsonArray ?? []).OfType<JsonObject>().Select(NotebookOutput.From)];

    /// <summary>The files that were pasted into the cell, by the name that <c>attachment:NAME</c> refers to; each by mime type, in base64.</summary>
    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> Attachments =>
        (Json["attachments"] as JsonObject ?? []).Where(file => file.Value is JsonObject)
            .ToDictionary(file => file.Key, IReadOnlyDictionary<string, string> (file) => file.Value!.AsObject().ToDictionary(type => type.Key, type => Text(type.Value)));

    private string Type => Json["cell_type"]!.GetValue<string>();

    private JsonNode? Named(string tool, string key) => (Json["metadata"]?[tool] as JsonObject)?[key];

    /// <summary>An nbformat text, which is a string or a list of lines.</summary>
    internal static string Text(JsonNode? text) => text switch
    {
        JsonArray lines => string.Concat(lines.Select(line => (string?)line)),
        null => "",
        _ => (string?)text ?? "",
    };

    /// <summary>Stores what an execution left behind.</summary>
    /// <param name="outputs">The outputs in nbformat's shape.</param>
    /// <param name="executionCount">The number of the execution; <c>null</c> if the cell was not executed.</param>
    public void SetOutputs(JsonArray outputs, int? executionCount)
    {
        (Json["outputs"] as JsonArray)?.Clear();
        Json["outputs"] = outputs;
        Json["execution_count"] = executionCount;
    }
}
