using NotebookKernel.Sessions;

namespace NotebookKernel.Running;

/// <summary>The cell at which a run ended early, and why.</summary>
/// <param name="Cell">The number of the cell among the code cells, from 1.</param>
/// <param name="Source">The cell's source.</param>
/// <param name="Error">What went wrong.</param>
public sealed record CellFailure(int Cell, string Source, CellError Error);
