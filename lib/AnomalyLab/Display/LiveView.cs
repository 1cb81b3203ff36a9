namespace AnomalyLab.Display;

/// <summary>
/// One output that changes in place while a cell runs. Outside of a notebook, or if the engine is not as expected, each
/// state is a line of text instead. Errors while showing never reach the work that is shown.
/// </summary>
public sealed class LiveView : IDisposable
{
    private readonly Lock gate = new();
    private readonly TextWriter console;
    private readonly TimeProvider time;
    private Func<string, Action<IDisplayable>?>? display;
    private Action<IDisplayable>? update;
    private IDisplayable? pending;
    private long? shownAt;
    private string? shownLine;

    /// <summary>A view in the calling cell's output.</summary>
    /// <param name="console">Where lines of text go; the console if left out.</param>
    /// <param name="time">The clock; the system's if left out.</param>
    public LiveView(TextWriter? console = null, TimeProvider? time = null)
        : this(RunningCell.Display, console ?? Console.Out, time ?? TimeProvider.System)
    {
    }

    internal LiveView(Func<string, Action<IDisplayable>?>? display, TextWriter console, TimeProvider time) =>
        (this.display, this.console, this.time) = (display, console, time);

    /// <summary>Whether states replace one another in a cell's output, rather than being lines of text.</summary>
    public bool IsInPlace => display is not null;

    /// <summary>The shortest time between two updates: ten a second in place, one line a second as text.</summary>
    private TimeSpan Pause => TimeSpan.FromSeconds(IsInPlace ? 0.1 : 1);

    /// <summary>Shows a state, or keeps it for later if the last one was shown too recently.</summary>
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
            if (display is not null)
                ShowInPlace(new Markup(state.ToHtml(), state.ToString() ?? ""));
        }
        catch (Exception) // whatever an unknown engine throws
        {
            display = null;
        }
        if (display is null)
            ShowLine(state.ToString() ?? "");
    }

    private void ShowInPlace(Markup state)
    {
        if (update is not null)
            update(state);
        else if ((update = display?.Invoke(state.Html)) is null)
            display = null;
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
            // The console's reader is gone.
        }
    }
}
