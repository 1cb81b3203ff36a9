using System.Text.Json.Nodes;
using NotebookKernel.Notebooks;
using NotebookKernel.Sessions;

namespace NotebookKernel.Running;

/// <summary>The outputs of one cell; its <see cref="OutputRecorder"/> does the locking.</summary>
internal sealed class RecordedCell(NotebookCell cell)
{
    private readonly List<object> outputs = []; // StreamBuffer or JsonObject
    private int kept;
    private long dropped;
    private bool isToBeCleared;

    public NotebookCell Cell => cell;

    /// <summary>The number of the execution; <c>null</c> while the cell has not been executed.</summary>
    public int? ExecutionCount { get; set; }

    /// <summary>Clears the outputs, now or when the next output comes.</summary>
    public void Clear(bool wait)
    {
        isToBeCleared = wait;
        if (wait)
            return;
        outputs.Clear();
        kept = 0;
        dropped = 0;
    }

    public JsonObject Add(JsonObject output)
    {
        if (isToBeCleared)
            Clear(wait: false);
        outputs.Add(output);
        return output;
    }

    /// <summary>Appends text to the text before it, up to a limit.</summary>
    /// <returns>The part of the text that was kept.</returns>
    public string Append(StreamText stream)
    {
        if (isToBeCleared)
            Clear(wait: false);
        var room = OutputRecorder.TextLimit - kept;
        var taken = stream.Text[..Math.Min(stream.Text.Length, room)];
        var isFirstDropped = dropped == 0 && taken.Length < stream.Text.Length;
        dropped += stream.Text.Length - taken.Length;
        if (taken.Length > 0)
        {
            if (outputs.LastOrDefault() is not StreamBuffer buffer || buffer.Name != stream.Name)
                outputs.Add(buffer = new StreamBuffer(stream.Name));
            kept -= buffer.Length;
            buffer.Append(taken);
            kept += buffer.Length;
        }

        return isFirstDropped ? $"{taken}\n[This cell has printed {OutputRecorder.TextLimit:N0} characters; the rest is not shown.]\n" : taken;
    }

    /// <summary>Stores the outputs so far in the notebook.</summary>
    /// <param name="last">One more, which is not kept here.</param>
    public void Store(JsonObject? last)
    {
        cell.SetOutputs([], ExecutionCount); // also detaches what was stored before: a JSON object has only one parent
        var stored = new JsonArray([.. outputs.Select(output => output is StreamBuffer text ? Stream(text.Name, text.ToString()) : (JsonObject)output)]);
        if (dropped > 0)
            stored.Add(Stream("stderr", $"[This cell printed {dropped:N0} more characters; only the first {OutputRecorder.TextLimit:N0} are kept.]\n"));
        if (last != null)
            stored.Add(last);
        cell.SetOutputs(stored, ExecutionCount);
    }

    private static JsonObject Stream(string name, string text) =>
        new() { ["name"] = name, ["output_type"] = "stream", ["text"] = Notebook.Lines(text) };
}
