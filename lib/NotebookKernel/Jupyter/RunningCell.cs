namespace NotebookKernel.Jupyter;

/// <summary>The cell that is being run, and how it is asked to stop.</summary>
#pragma warning disable CA1001 // Without a timer there is nothing to dispose, and tasks that the cell leaves behind may still ask.
internal sealed class RunningCell
#pragma warning restore CA1001
{
    private readonly CancellationTokenSource stop = new();

    /// <summary>Is cancelled by the first interrupt.</summary>
    public CancellationToken Stop => stop.Token;

    /// <summary>Asks the cell to stop. Whatever the cell does then happens on other threads.</summary>
    public void Interrupt() => stop.CancelAsync();
}
