namespace AnomalyLab.Display;

/// <summary>
/// One output that changes in place while a cell runs. Outside of a notebook, and in one whose engine is not as
/// expected, each state is a line of text instead. It never throws into the work it shows.
/// </summary>
/// <param name="console">Where lines of text go; the console if left out.</param>
/// <param name="time">The clock; the system's if left out.</param>
public sealed class LiveView(TextWriter? console = null, TimeProvider? time = null) : IDisposable
{
    private readonly Lock gate = new();
    private readonly TextWriter console = console ?? Console.Out;
    private readonly TimeProvider time = time ?? TimeProvider.System;
    private RunningCell? cell = RunningCell.Find();
    private Action<IDisplayable>? update;
    private IDisplayable? pending;
    private long? shownAt;
    private string? shownLine;

    /// <summary>Whether states replace one another in a cell's output, rather than being lines of text.</summary>
    public bool IsInPlace => cell is not null;

    /// <summary>Ten updates a second in place, one line a second.</summary>
    private TimeSpan Pause => TimeSpan.FromSeconds(IsInPlace ? 0.1 : 1);

    /// <summary>Shows a state, or keeps it for later where the last one is too fresh.</summary>
    public void Show(IDisplayable state)
    {
        lock (gate)
        {
            pending = state;
            if (shownAt is null || time.GetElapsedTime(shownAt.Value) >= Pause)
                ShowPending();
        }
    }

    /// <summary>Shows the last state if it has not been shown yet.</summary>
    public void Flush()
    {
        lock (gate)
            ShowPending();
    }

    /// <inheritdoc cref="Flush"/>
    public void Dispose() => Flush();

    private void ShowPending()
    {
        if (pending is not { } state)
            return;
        pending = null;
        shownAt = time.GetTimestamp();
        try
        {
            if (cell is not null)
                ShowInPlace(new Markup(state.ToHtml(), state.ToString() ?? ""));
        }
        catch (Exception) // whatever an unknown engine throws
        {
            (cell, update) = (null, null);
        }
        if (cell is null)
            ShowLine(state.ToString() ?? "");
    }

    private void ShowInPlace(Markup state)
    {
        if (update is not null)
            update(state);
        else if (cell is not null && (update = cell.Display(state.Html)) is null)
            cell = null;
    }

    private void ShowLine(string line)
    {
        if (line == shownLine)
            return;
        shownLine = line;
        try
        {
            console.WriteLine(line);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // Nobody reads it any more.
        }
    }
}
