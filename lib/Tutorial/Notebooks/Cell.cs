using System.Text.Json.Nodes;

namespace Tutorial.Notebooks;

/// <summary>What a cell is.</summary>
public enum CellKind
{
    /// <summary>Text in Markdown.</summary>
    Markdown,

    /// <summary>Code.</summary>
    Code,

    /// <summary>Neither: text shown as it is.</summary>
    Raw,
}

/// <summary>One cell of a notebook.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Source">Its text.</param>
/// <param name="Tags">Its tags, such as <c>parameters</c> and <c>injected-parameters</c>.</param>
/// <param name="Outputs">What its execution left, in order.</param>
public sealed record Cell(CellKind Kind, string Source, IReadOnlyList<string> Tags, IReadOnlyList<Output> Outputs)
{
    /// <summary>Reads a cell from the notebook's JSON.</summary>
    /// <param name="cell">An element of <c>cells</c>.</param>
    public static Cell From(JsonObject cell) => new(
        (string)cell["cell_type"]! switch { "markdown" => CellKind.Markdown, "code" => CellKind.Code, _ => CellKind.Raw },
        Text(cell["source"]),
        [.. (cell["metadata"]?["tags"]?.AsArray() ?? []).Select(tag => (string)tag!)],
        [.. (cell["outputs"]?.AsArray() ?? []).Select(output => Output.From(output!.AsObject()))]);

    /// <summary>A text of nbformat, which is a string or a list of lines.</summary>
    internal static string Text(JsonNode? text) => text switch
    {
        JsonArray lines => string.Concat(lines.Select(line => (string?)line)),
        null => "",
        _ => (string)text!,
    };
}
