using System.Text.Json.Nodes;
using NotebookKernel.Language;

namespace NotebookKernel.Jupyter;

/// <summary>Answers the requests of front ends that help to write a cell: completion and tooltips.</summary>
/// <remarks>The protocol counts positions in code points, .NET in UTF-16 units.</remarks>
/// <param name="language">Knows the answers.</param>
internal sealed class LanguageReplies(LanguageService language)
{
    /// <summary>Answers a <c>complete_request</c>.</summary>
    public async Task<JsonObject> CompleteAsync(Request request)
    {
        var code = request.Text("code");
        var found = await language.CompleteAsync(code, IndexOf(code, request.Number("cursor_pos", int.MaxValue)));
        var (start, end) = (PlaceOf(code, found.Start), PlaceOf(code, found.End));
        return new JsonObject
        {
            ["status"] = "ok",
            ["matches"] = new JsonArray([.. found.Items.Select(item => JsonValue.Create(item.Text))]),
            ["cursor_start"] = start,
            ["cursor_end"] = end,
            ["metadata"] = new JsonObject
            {
                // The kinds of items in IPython's format, which JupyterLab and VS Code read.
                ["_jupyter_types_experimental"] = new JsonArray([.. found.Items.Select(item =>
                    new JsonObject { ["start"] = start, ["end"] = end, ["text"] = item.Text, ["type"] = item.Kind })]),
            },
        };
    }

    /// <summary>Answers an <c>inspect_request</c>.</summary>
    public async Task<JsonObject> InspectAsync(Request request)
    {
        var code = request.Text("code");
        var found = await language.InspectAsync(code, IndexOf(code, request.Number("cursor_pos", int.MaxValue)));
        var data = new JsonObject();
        if (found.Count > 0)
        {
            data["text/plain"] = string.Join("\n\n", found.SelectMany(each => each.Sections.Prepend(each.Signature)));
            data["text/markdown"] = string.Join("\n\n", found.SelectMany(each => each.Sections.Prepend($"```csharp\n{each.Signature}\n```")));
        }

        return new JsonObject { ["status"] = "ok", ["found"] = found.Count > 0, ["data"] = data, ["metadata"] = new JsonObject() };
    }

    private static int IndexOf(string code, int place) => code.EnumerateRunes().Take(place).Sum(rune => rune.Utf16SequenceLength);

    private static int PlaceOf(string code, int index) => code[..index].EnumerateRunes().Count();
}
