namespace NotebookKernel.Running;

/// <summary>Reports a run in JSON, one object per line, for programs.</summary>
/// <param name="output">Where the lines go.</param>
internal sealed class JsonProgress(TextWriter output) : IProgress<RunEvent>
{
    /// <inheritdoc/>
    public void Report(RunEvent value)
    {
        lock (output)
        {
            output.Write(value.ToJson() + "\n");
            output.Flush();
        }
    }
}
