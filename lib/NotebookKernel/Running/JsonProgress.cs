using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace NotebookKernel.Running;

/// <summary>Reports a run in JSON, one object per line, for programs.</summary>
/// <param name="output">Where the lines go.</param>
internal sealed class JsonProgress(TextWriter output) : IProgress<RunEvent>
{
    private static readonly JsonSerializerOptions format = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <inheritdoc/>
    public void Report(RunEvent value)
    {
        var line = ToJson(value).ToJsonString(format);
        lock (output)
        {
            output.Write(line + "\n");
            output.Flush();
        }
    }

    private static JsonObject ToJson(RunEvent value) => value switch
    {
        RunStarted started => new() { ["type"] = "started", ["cells"] = started.Cells },
        CellStarted cell => new() { ["type"] = "cell", ["cell"] = cell.Cell, ["cells"] = cell.Cells, ["title"] = cell.Title },
        RunOutput output => new() { ["type"] = "output", ["text"] = output.Text },
        RunFinished finished => ToJson(finished),
        _ => throw new ArgumentException($"Unknown event {value}.", nameof(value)),
    };

    private static JsonObject ToJson(RunFinished finished)
    {
        var json = new JsonObject
        {
            ["type"] = "finished",
            ["status"] = finished.Status.ToString().ToLowerInvariant(),
            ["seconds"] = Math.Round(finished.Elapsed.TotalSeconds, 3),
        };
        if (finished.Failure is { } failure)
        {
            json["error"] = new JsonObject
            {
                ["cell"] = failure.Cell,
                ["line"] = failure.Error.Line,
                ["name"] = failure.Error.Name,
                ["message"] = failure.Error.Message,
                ["source"] = failure.Source,
                ["traceback"] = string.Join('\n', failure.Error.Traceback),
            };
        }

        return json;
    }
}
