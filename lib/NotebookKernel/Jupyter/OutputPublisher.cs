using System.Text;
using System.Text.Json.Nodes;
using NotebookKernel.Running;
using NotebookKernel.Sessions;

namespace NotebookKernel.Jupyter;

/// <summary>
/// Sends a cell's outputs to the front ends. Console text and updates of displayed values are collected and sent at most ten
/// times a second, so that neither a chatty cell nor a fast progress bar floods a front end.
/// </summary>
/// <param name="publish">Sends a message, given its type and content, to the front ends.</param>
/// <param name="executionCount">The number of the cell.</param>
/// <param name="clock">Counts the tenths of a second.</param>
internal sealed class OutputPublisher(Action<string, JsonObject> publish, int executionCount, TimeProvider clock)
{
    private static readonly TimeSpan interval = TimeSpan.FromSeconds(0.1);

    private readonly Lock gate = new();
    private readonly StringBuilder text = new();
    private readonly OrderedDictionary<string, DisplayUpdate> updates = [];
    private Dictionary<string, StreamBuffer> kept = [];
    private string textName = "stdout";
    private bool isFull;
    private long? flushed;
    private ITimer? timer;

    /// <summary>Takes an output, from any thread.</summary>
    public void Take(CellOutput output)
    {
        lock (gate)
        {
            switch (output)
            {
                case StreamText stream:
                    Append(stream);
                    if (text.Length == 0 || !char.IsHighSurrogate(text[^1])) // the other half comes next
                        FlushSoon();
                    break;
                case DisplayUpdate update:
                    updates[update.DisplayId] = update;
                    FlushSoon();
                    break;
                case DisplayData display:
                    FlushNow();
                    publish("display_data", Content(display.Data, display.DisplayId));
                    break;
                case CellValue value:
                    FlushNow();
                    var content = Content(value.Data, null);
                    content["execution_count"] = executionCount;
                    publish("execute_result", content);
                    break;
                case OutputCleared clear:
                    FlushNow();
                    (kept, isFull) = ([], false);
                    publish("clear_output", new JsonObject { ["wait"] = clear.Wait });
                    break;
                default:
                    throw new ArgumentException($"Unknown output {output}.", nameof(output));
            }
        }
    }

    /// <summary>Sends everything that has been collected.</summary>
    public void Flush()
    {
        lock (gate)
            FlushNow();
    }

    /// <summary>A value in each MIME type, in the messages' format: JSON as JSON, everything else as text.</summary>
    public static JsonObject Content(IReadOnlyDictionary<string, string> data, string? displayId)
    {
        var content = new JsonObject
        {
            ["data"] = new JsonObject(data.Select(item => KeyValuePair.Create(item.Key, MimeBundle.ToJson(item.Key, item.Value)))),
            ["metadata"] = new JsonObject(),
        };
        content["transient"] = displayId is null ? new JsonObject() : new JsonObject { ["display_id"] = displayId };
        return content;
    }

    // The same limit as in a headless run, on visible text: a line that is overwritten counts once.
    private void Append(StreamText stream)
    {
        if (isFull)
            return;
        if (!kept.TryGetValue(stream.Name, out var buffer))
            kept[stream.Name] = buffer = new StreamBuffer(stream.Name);
        var room = OutputRecorder.TextLimit - kept.Values.Sum(each => each.Length);
        var taken = stream.Text[..Math.Min(stream.Text.Length, room)];
        buffer.Append(taken);
        AppendText(stream.Name, taken);
        isFull = taken.Length < stream.Text.Length;
        if (isFull)
            AppendText("stderr", $"\n[This cell has printed {OutputRecorder.TextLimit:N0} characters; the rest is not shown.]\n");
    }

    private void AppendText(string name, string more)
    {
        if (name != textName)
            FlushText();
        textName = name;
        text.Append(more);
    }

    private void FlushSoon()
    {
        var wait = flushed is { } last ? interval - clock.GetElapsedTime(last) : TimeSpan.Zero;
        if (wait <= TimeSpan.Zero)
            FlushNow();
        else
            timer ??= clock.CreateTimer(_ => Flush(), null, wait, Timeout.InfiniteTimeSpan);
    }

    private void FlushNow()
    {
        timer?.Dispose();
        timer = null;
        flushed = clock.GetTimestamp();
        FlushText();
        foreach (var update in updates.Values)
            publish("update_display_data", Content(update.Data, update.DisplayId));
        updates.Clear();
    }

    private void FlushText()
    {
        if (text.Length > 0)
            publish("stream", new JsonObject { ["name"] = textName, ["text"] = text.ToString() });
        text.Clear();
    }
}
