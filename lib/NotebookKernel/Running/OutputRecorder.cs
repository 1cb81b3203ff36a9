using System.Text.Json.Nodes;
using NotebookKernel.Notebooks;
using NotebookKernel.Sessions;

namespace NotebookKernel.Running;

/// <summary>Collects the outputs of a notebook's cells, in the format in which Jupyter saves them.</summary>
/// <remarks>Cells write from any thread, and an earlier cell's task may do so while a later cell runs.</remarks>
internal sealed class OutputRecorder
{
    /// <summary>How many characters of console text a cell keeps.</summary>
    public const int TextLimit = 1_000_000;

    private static readonly CellError brokenOff = CellError.Of(
        "BrokenOff", "The process ended while this cell was running. Outputs may be missing here, and the cells after this one were not run.");

    private readonly Lock gate = new();
    private readonly Dictionary<string, JsonObject> displays = [];
    private bool closed;

    /// <summary>Takes an output of a cell.</summary>
    /// <param name="cell">The cell.</param>
    /// <param name="output">What it puts out.</param>
    /// <returns>The new text, for showing progress; empty if there is none, or the cell has exceeded its limit.</returns>
    public string Record(RecordedCell cell, CellOutput output)
    {
        lock (gate)
        {
            if (closed)
                return "";

            switch (output)
            {
                case StreamText stream:
                    return cell.Append(stream);
                case DisplayData display:
                    displays[display.DisplayId] = cell.Add(new JsonObject { ["data"] = ToJson(display.Data), ["metadata"] = new JsonObject(), ["output_type"] = "display_data" });
                    return PlainText(display.Data);
                case DisplayUpdate update:
                    if (displays.TryGetValue(update.DisplayId, out var shown))
                        shown["data"] = ToJson(update.Data);
                    return PlainText(update.Data);
                case CellValue value:
                    cell.Add(new JsonObject { ["data"] = ToJson(value.Data), ["execution_count"] = cell.ExecutionCount, ["metadata"] = new JsonObject(), ["output_type"] = "execute_result" });
                    return PlainText(value.Data);
                case OutputCleared clear:
                    cell.Clear(clear.Wait);
                    return "";
                default:
                    throw new ArgumentException($"Unknown output {output}.", nameof(output));
            }
        }
    }

    /// <summary>Takes the error that a cell ended with.</summary>
    public void Record(RecordedCell cell, CellError error)
    {
        lock (gate)
            cell.Add(ToJson(error));
    }

    /// <summary>Stores all outputs so far in the notebook.</summary>
    /// <param name="cells">The notebook's cells.</param>
    /// <param name="running">The running cell; it is stored with an error, in case it never ends.</param>
    /// <param name="save">Saves the notebook; nothing in it changes meanwhile.</param>
    public void Store(IEnumerable<RecordedCell> cells, RecordedCell running, Action save)
    {
        lock (gate)
        {
            if (closed)
                return;
            foreach (var cell in cells)
                cell.Store(cell == running ? ToJson(brokenOff) : null);
            save();
        }
    }

    /// <summary>Stops recording, and stores everything in the notebook.</summary>
    public void Close(IEnumerable<RecordedCell> cells)
    {
        lock (gate)
        {
            closed = true;
            foreach (var cell in cells)
                cell.Store(null);
        }
    }

    private static JsonObject ToJson(CellError error) => new()
    {
        ["ename"] = error.Name,
        ["evalue"] = error.Message,
        ["output_type"] = "error",
        ["traceback"] = new JsonArray([.. error.Traceback.Select(line => JsonValue.Create(line))]),
    };

    private static string PlainText(IReadOnlyDictionary<string, string> data) => data.TryGetValue("text/plain", out var text) ? text.TrimEnd('\n') + "\n" : "";

    private static JsonObject ToJson(IReadOnlyDictionary<string, string> data) =>
        new(data.Select(item => KeyValuePair.Create(item.Key, ToJson(item.Key, item.Value))));

    // nbformat stores text by lines, and base64 in one piece.
    private static JsonNode? ToJson(string mimeType, string value) =>
        mimeType.StartsWith("text/", StringComparison.Ordinal) || mimeType == "image/svg+xml"
            ? Notebook.Lines(value)
            : MimeBundle.ToJson(mimeType, value);
}
