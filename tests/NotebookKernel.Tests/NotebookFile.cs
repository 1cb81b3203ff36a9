using System.Text.Json.Nodes;

namespace NotebookKernel.Tests;

/// <summary>Writes the JSON of notebooks as Polyglot Notebooks does.</summary>
internal static class NotebookFile
{
    public static string Of(params IEnumerable<JsonObject> cells) => new JsonObject
    {
        ["cells"] = new JsonArray([.. cells]),
        ["metadata"] = new JsonObject
        {
            ["kernelspec"] = new JsonObject { ["display_name"] = ".NET (C#)", ["language"] = "C#", ["name"] = ".net-csharp" },
            ["language_info"] = new JsonObject { ["name"] = "polyglot-notebook" },
        },
        ["nbformat"] = 4,
        ["nbformat_minor"] = 5,
    }.ToJsonString();

    public static string OfCode(params IEnumerable<string> sources) => Of(sources.Select(source => Code(source)));

    public static JsonObject Code(string source, params IEnumerable<string> tags) => new()
    {
        ["cell_type"] = "code",
        ["execution_count"] = null,
        ["id"] = Guid.NewGuid().ToString("N")[..8],
        ["metadata"] = new JsonObject
        {
            ["dotnet_interactive"] = new JsonObject { ["language"] = "csharp" },
            ["tags"] = new JsonArray([.. tags.Select(tag => JsonValue.Create(tag))]),
        },
        ["outputs"] = new JsonArray(),
        ["source"] = new JsonArray([.. source.ReplaceLineEndings("\n").Split('\n').Select((line, i) => JsonValue.Create(i == 0 ? line : "\n" + line))]),
    };

    public static JsonObject Markdown(string source) => new()
    {
        ["cell_type"] = "markdown",
        ["id"] = Guid.NewGuid().ToString("N")[..8],
        ["metadata"] = new JsonObject(),
        ["source"] = source,
    };
}
