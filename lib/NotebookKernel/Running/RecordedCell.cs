using System.Text.Json.Nodes;
using NotebookKernel.Notebooks;
using NotebookKernel.Sessions;

namespace NotebookKernel.Running;

/// <summary>The outputs of one cell; its <see cref="OutputRecorder"/> sees to the locking.</summary>
internal sealed class RecordedCell(NotebookCell cell)
{
    private readonly List<object> outputs = []; // StreamBuffer or JsonObject
    private long dropped;

    public NotebookCell Cell => cell;

    /// <summary>The number of the execution; <c>null</c> while the cell has not been executed.</summary>
    public int? ExecutionCount { get; set; }

    public JsonObject Add(JsonObject output)
    {
        outputs.Add(output);
        return output;
    }

    /// <summary>Joins text to the text before it, and keeps no more than a reader and a file can take.</summary>
    /// <returns>What of the text was taken.</returns>
    public string Append(StreamText stream)
    {
        if (outputs.LastOrDefault() is not StreamBuffer buffer || buffer.Name != stream.Name)
            outputs.Add(buffer = new StreamBuffer(stream.Name));

        var room = OutputRecorder.TextLimit - outputs.OfType<StreamBuffer>().Sum(run => run.Length);
        var taken = stream.Text[..Math.Min(stream.Text.Length, room)];
        buffer.Append(taken);
        if (taken.Length < stream.Text.Length && dropped == 0)
            taken += "\n" + $"[This cell has printed {OutputRecorder.TextLimit:N0} characters; the rest is not shown.]\n";
        dropped += stream.Text.Length - Math.Min(stream.Text.Length, room);
        return taken;
    }

    public void Store()
    {
        if (dropped > 0)
            outputs.Add(new JsonObject { ["name"] = "stderr", ["output_type"] = "stream", ["text"] = Notebook.Lines($"[This cell printed {dropped:N0} more characters; only the first {OutputRecorder.TextLimit:N0} are kept.]\n") });
        cell.SetOutputs([.. outputs.Select(output => output as JsonObject ?? ToJson((StreamBuffer)output))], ExecutionCount);
    }

    private static JsonObject ToJson(StreamBuffer buffer) =>
        new() { ["name"] = buffer.Name, ["output_type"] = "stream", ["text"] = Notebook.Lines(buffer.ToString()) };
}
