namespace NotebookKernel.Jupyter;

/// <summary>The cell that is being run, and how it is asked to stop.</summary>
/// <param name="clock">Counts the <see cref="Grace"/>.</param>
#pragma warning disable CA1001 // Nothing here needs to be disposed, and tasks that the cell leaves behind may still ask.
internal sealed class InterruptibleCell(TimeProvider clock)
#pragma warning restore CA1001
{
    /// <summary>How long a cell that does not listen may go on after the first interrupt. VS Code swallows a second one for 10 s.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    private readonly CancellationTokenSource stop = new();
    private readonly CancellationTokenSource abandon = new();
    private volatile bool listens;
    private ITimer? grace;

    /// <summary>Is cancelled by the first interrupt.</summary>
    public CancellationToken Stop => stop.Token;

    /// <summary>Is cancelled by the second interrupt, or some seconds after the first if the cell does not listen.</summary>
    public CancellationToken Abandon => abandon.Token;

    /// <summary>Called when the cell has asked for its token: it will stop by itself, and gets the time it needs.</summary>
    public void Listens() => listens = true;

    /// <summary>Asks the cell to stop, and gives it up if it has been asked before. Callbacks run on other threads.</summary>
    public void Interrupt()
    {
        if (stop.IsCancellationRequested)
        {
            abandon.CancelAsync();
            return;
        }

        grace = clock.CreateTimer(_ => GiveUp(), null, Grace, Timeout.InfiniteTimeSpan);
        stop.CancelAsync();
    }

    private void GiveUp()
    {
        grace?.Dispose();
        if (!listens)
            abandon.CancelAsync();
    }
}
