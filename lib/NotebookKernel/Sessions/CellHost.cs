namespace NotebookKernel.Sessions;

/// <summary>What a cell runs for: receives its outputs and asks it to stop.</summary>
/// <param name="Publish">Receives the cell's outputs, on any thread.</param>
internal sealed record CellHost(Action<CellOutput> Publish)
{
    /// <summary>Asks the cell to stop. It is up to the cell when it does.</summary>
    public CancellationToken Stop { get; init; }

    /// <summary>Is told when the cell, or a library that it calls, asks for <see cref="Stop"/>: it means to listen.</summary>
    public Action? Listens { get; init; }

    /// <summary>
    /// Abandons a cell that did not stop: running code is aborted, and tasks that it awaits are no longer waited for. What the
    /// cell has declared is lost.
    /// </summary>
    public CancellationToken Abandon { get; init; }

    /// <summary>Answers <see cref="Console.ReadLine"/>; without it the process's own input does.</summary>
    public Func<string?>? ReadLine { get; init; }

    /// <summary>Whether the cell counts in <see cref="Session.ExecutionCount"/>.</summary>
    public bool IsCounted { get; init; } = true;
}
