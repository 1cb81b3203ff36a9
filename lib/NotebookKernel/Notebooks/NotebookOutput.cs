using System.Text.Json;
using System.Text.Json.Nodes;

namespace NotebookKernel.Notebooks;

/// <summary>What the execution of a cell left in the notebook.</summary>
public abstract record NotebookOutput
{
    internal static NotebookOutput From(JsonObject output) => (string?)output["output_type"] switch
    {
        "stream" => new StreamOutput((string?)output["name"] == "stderr", NotebookCell.Text(output["text"])),
        "error" => new ErrorOutput(
            (string?)output["ename"] ?? "",
            (string?)output["evalue"] ?? "",
            string.Join('\n', (output["traceback"] as JsonArray ?? []).Select(line => (string?)line))),
        _ => new DisplayOutput((output["data"] as JsonObject ?? []).ToDictionary(entry => entry.Key, entry => Content(entry.Value))),
    };

    // JSON types are stored as JSON, all others as text.
    private static string Content(JsonNode? value) =>
        value is JsonObject || value is JsonArray list && list.Any(line => line?.GetValueKind() != JsonValueKind.String)
            ? value.ToJsonString()
            : NotebookCell.Text(value);
}

/// <summary>Text that was written to the console.</summary>
/// <param name="IsError">Whether to standard error.</param>
/// <param name="Text">The text, which may carry ANSI codes.</param>
public sealed record StreamOutput(bool IsError, string Text) : NotebookOutput;

/// <summary>A value that was shown, or a cell's last expression.</summary>
/// <param name="Data">The same value in one or more mime types.</param>
public sealed record DisplayOutput(IReadOnlyDictionary<string, string> Data) : NotebookOutput;

/// <summary>What ended the cell.</summary>
/// <param name="Name">The exception's type.</param>
/// <param name="Message">Its message.</param>
/// <param name="Traceback">Where it came from, in lines that may carry ANSI codes.</param>
public sealed record ErrorOutput(string Name, string Message, string Traceback) : NotebookOutput;
