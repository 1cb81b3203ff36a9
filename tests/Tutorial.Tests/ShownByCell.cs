using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Tutorial.Tests;

/// <summary>What the outputs of an executed cell show, without what differs from run to run.</summary>
/// <param name="Name">The output: <c>stdout</c>, <c>stderr</c>, <c>error</c>, or that a value is shown.</param>
/// <param name="Forms">Its text, or the value in each mime type.</param>
internal sealed partial record ShownByCell(string Name, IReadOnlyDictionary<string, string> Forms)
{
    /// <summary>Reads a cell's outputs, with what is written to one stream as one output.</summary>
    /// <param name="cell">The cell as nbformat has it.</param>
    /// <param name="folder">The folder of this run, which appears in paths.</param>
    public static IReadOnlyList<ShownByCell> Read(JsonNode cell, string folder)
    {
        var source = Text(cell["source"]);
        var outputs = new List<ShownByCell>();
        foreach (var output in cell["outputs"]!.AsArray())
        {
            var forms = $"{output!["output_type"]}" switch
            {
                "stream" => new() { [""] = Text(output["text"]) },
                "error" => new() { [""] = $"{output["evalue"]}" },
                _ => output["data"]!.AsObject().ToDictionary(form => form.Key, form => Form(form.Key, form.Value)),
            };
            var name = $"{output["name"] ?? output["output_type"]}";
            if (outputs.LastOrDefault() is { } last && last.Name == name && output["name"] is not null)
                outputs[^1] = new(name, new Dictionary<string, string> { [""] = last.Forms[""] + forms[""] });
            else
                outputs.Add(new(name, forms));
        }

        return [.. outputs.Select(output => output with { Forms = output.Forms.ToDictionary(form => form.Key, form => Lasting(form.Value)) })];

        // Where a cell speaks of time, its numbers are this run's.
        string Lasting(string text)
        {
            text = text.Replace(folder, "", StringComparison.Ordinal);
            return Time().IsMatch(source) || Time().IsMatch(text) ? Number().Replace(text, "#") : text;
        }
    }

    // Jupyter sorts the keys of what is JSON. Our kernel sends JSON as such, Microsoft's as text.
    private static string Form(string mimeType, JsonNode? value) => mimeType.EndsWith("json", StringComparison.Ordinal)
        ? string.Join(", ", (value as JsonObject ?? JsonNode.Parse(Text(value))!.AsObject()).OrderBy(property => property.Key, StringComparer.Ordinal))
        : Text(value);

    private static string Text(JsonNode? text) => text is JsonArray lines ? string.Concat(lines.Select(line => $"{line}")) : $"{text}";

    [GeneratedRegex(@"[Ss]econds|images/s|\d m?s\b")]
    private static partial Regex Time();

    [GeneratedRegex(@"\d+(\.\d+)?(E-\d+)?")]
    private static partial Regex Number();
}
