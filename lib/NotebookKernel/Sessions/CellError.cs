using System.Text.Json.Serialization;

namespace NotebookKernel.Sessions;

/// <summary>Why a cell failed.</summary>
/// <param name="Name">What kind of error it is: the exception's type, <c>CompilationError</c>, <c>MissingFile</c>, <c>Package</c>, <c>NotSupported</c> or <c>Interrupted</c>.</param>
/// <param name="Message">What is wrong, in a sentence or two.</param>
/// <param name="Line">The line of the cell, from 1; <c>null</c> if the error has no line.</param>
/// <param name="Traceback">Name, message and the stack trace through the notebook's code, line by line.</param>
public sealed record CellError(string Name, string Message, int? Line, IReadOnlyList<string> Traceback)
{
    /// <summary>Whether the cell ended because it was asked to.</summary>
    [JsonIgnore]
    public bool IsInterruption => Name == "Interrupted";

    /// <summary>An error whose message says all there is to say.</summary>
    /// <param name="name">What kind of error it is.</param>
    /// <param name="message">What is wrong.</param>
    /// <param name="line">The line of the cell, from 1.</param>
    internal static CellError Of(string name, string message, int? line = null) => new(name, message, line, [$"{name}: {message}"]);

    /// <summary>The cell was asked to stop, and did.</summary>
    /// <param name="message">Why it was asked.</param>
    internal static CellError Interrupted(string message) => Of("Interrupted", message);
}
