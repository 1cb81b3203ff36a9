namespace NotebookKernel.Jupyter;

/// <summary>The cell that is being run, and how it is asked to stop.</summary>
#pragma warning disable CA1001 // Without a timer there is nothing to dispose, and tasks that the cell leaves behind may still ask.
internal sealed class RunningCell
#pragma warning restore CA1001
{
    private readonly CancellationTokenSource stop = new();
    private readonly CancellationTokenSource abandon = new();

    /// <summary>Is cancelled by the first interrupt.</summary>
    public CancellationToken Stop => stop.Token;

    /// <summary>Is cancelled by the second interrupt.</summary>
    public CancellationToken Abandon => abandon.Token;

    /// <summary>Asks the cell to stop, and gives it up if it has been asked before. What follows happens on other threads.</summary>
    public void Interrupt() => (stop.IsCancellationRequested ? abandon : stop).CancelAsync();
}
