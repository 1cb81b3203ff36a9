namespace NotebookKernel.Running;

/// <summary>An event of a running notebook.</summary>
internal abstract record RunEvent;

/// <summary>The run begins.</summary>
/// <param name="Cells">How many code cells there are.</param>
internal sealed record RunStarted(int Cells) : RunEvent;

/// <summary>A cell begins.</summary>
/// <param name="Cell">The number of the cell among the code cells, from 1.</param>
/// <param name="Cells">How many code cells there are.</param>
/// <param name="Title">The last Markdown heading before the cell; empty if there is none.</param>
internal sealed record CellStarted(int Cell, int Cells, string Title) : RunEvent;

/// <summary>A cell produces output: console text, or the plain text of a value that is displayed or updated.</summary>
/// <param name="Text">The text.</param>
internal sealed record RunOutput(string Text) : RunEvent;

/// <summary>The run is over.</summary>
/// <param name="Status">How it ended.</param>
/// <param name="Elapsed">How long it took.</param>
/// <param name="Failure">Why it ended early; <c>null</c> if it did not.</param>
internal sealed record RunFinished(RunStatus Status, TimeSpan Elapsed, CellFailure? Failure) : RunEvent;
