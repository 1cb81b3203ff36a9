namespace NotebookKernel.Sessions;

/// <summary>Something in a cell's source that this engine cannot do, found before the cell runs.</summary>
/// <param name="name">What kind of error it is.</param>
/// <param name="message">What is wrong, and what to do.</param>
/// <param name="line">The line, from 1.</param>
internal sealed class CellException(string name, string message, int line) : Exception(message)
{
    public CellError Error { get; } = CellError.Of(name, message, line);

    /// <summary>The same error, reported at the cell that imports the file.</summary>
    /// <param name="file">The imported file.</param>
    /// <param name="importLine">The line of the <c>#!import</c>.</param>
    public CellException In(string file, int importLine) => new(name, $"{file}, line {line}: {Message}", importLine);
}
