namespace NotebookKernel.Running;

/// <summary>Reports a run in words, one line per cell, for people.</summary>
/// <param name="output">Where the lines go.</param>
internal sealed class TextProgress(TextWriter output) : IProgress<RunEvent>
{
    /// <inheritdoc/>
    public void Report(RunEvent value)
    {
        switch (value)
        {
            case CellStarted cell:
                output.WriteLine($"[{cell.Cell}/{cell.Cells}] {cell.Title}".TrimEnd());
                break;
            case RunFinished { Failure: null } finished:
                output.WriteLine($"Every cell ran, in {finished.Seconds:F1} s.");
                break;
            case RunFinished { Failure: { } failure }:
                output.WriteLine($"Cell {failure.Cell}{(failure.Error.Line is { } line ? $", line {line}" : "")}:");
                output.WriteLine(string.Join('\n', failure.Error.Traceback));
                break;
        }
    }
}
