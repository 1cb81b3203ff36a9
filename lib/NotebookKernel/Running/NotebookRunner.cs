using NotebookKernel.Notebooks;
using NotebookKernel.Sessions;

namespace NotebookKernel.Running;

/// <summary>Executes a notebook from its first cell to its last, or to the first that fails, and records the cells' outputs.</summary>
/// <param name="clock">Measures the run and its limits.</param>
internal sealed class NotebookRunner(TimeProvider clock)
{
    /// <summary>How long the whole notebook may take; <c>null</c> for as long as it likes.</summary>
    public TimeSpan? TimeLimit { get; init; }

    /// <summary>How long a cell that is asked to stop may go on before it is abandoned.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Saves the notebook as far as it has come, so that little is lost if the process ends. Called before each cell, and,
    /// while a cell puts something out, every <see cref="SaveInterval"/>.
    /// </summary>
    public Action? Save { get; init; }

    /// <summary>How often the notebook is saved while a cell runs.</summary>
    public TimeSpan SaveInterval { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Is cancelled when a cell ends the process.</summary>
    public CancellationToken ProcessEnds { get; init; }

    /// <summary>Executes the code cells of a notebook in order. Earlier outputs are dropped first.</summary>
    /// <remarks>
    /// A cell that does not stop when asked is abandoned, but goes on running: only the end of the process ends it.
    /// </remarks>
    /// <param name="notebook">The notebook; it is given the outputs and execution counts, also if a cell fails.</param>
    /// <param name="session">A session that has run nothing yet.</param>
    /// <param name="progress">Is told the run's events, one at a time.</param>
    /// <param name="stop">Asks the running cell to stop; the cells after it are not run.</param>
    /// <param name="abandon">Ends the <see cref="Grace"/> of a cell that was asked to stop.</param>
    /// <returns>How it ended.</returns>
    public async Task<RunFinished> RunAsync(
        Notebook notebook, Session session, IProgress<RunEvent> progress, CancellationToken stop = default, CancellationToken abandon = default)
    {
        ArgumentNullException.ThrowIfNull(notebook);
        ArgumentNullException.ThrowIfNull(session);
        ArgumentNullException.ThrowIfNull(progress);
        var started = clock.GetTimestamp();
        using var timeout = new CancellationTokenSource(TimeLimit ?? Timeout.InfiniteTimeSpan, clock);
        using var asked = CancellationTokenSource.CreateLinkedTokenSource(stop, timeout.Token);
        using var over = new CancellationTokenSource(Timeout.InfiniteTimeSpan, clock);
        using var graceBegins = asked.Token.Register(() => over.CancelAfter(Grace));
        using var graceEnds = abandon.Register(over.Cancel);
        using var processEnds = ProcessEnds.Register(over.Cancel);

        notebook.SetLanguage();
        var recorder = new OutputRecorder();
        var cells = notebook.Cells.Where(cell => cell.IsCode).Select(cell => new RecordedCell(cell)).ToList();
        var toRun = cells.Where(cell => !string.IsNullOrWhiteSpace(cell.Cell.Source)).ToList();
        progress.Report(new RunStarted(toRun.Count));

        var saved = started;
        RecordedCell? running = null;
        CellFailure? failure = null;
        for (var i = 0; i < toRun.Count && failure == null; i++)
        {
            var cell = toRun[i];
            if (await RunCellAsync(cell, i) is { } error)
            {
                recorder.Record(cell, error);
                failure = new CellFailure(i + 1, cell.Cell.Source, error);
            }
        }

        recorder.Close(cells);
        var status = failure == null ? NotebookStatus.Ok : stop.IsCancellationRequested ? NotebookStatus.Cancelled : timeout.IsCancellationRequested ? NotebookStatus.Timeout : NotebookStatus.Failed;
        var finished = new RunFinished(status, clock.GetElapsedTime(started).TotalSeconds, failure);
        progress.Report(finished);
        return finished;

        async Task<CellError?> RunCellAsync(RecordedCell cell, int index)
        {
            if (asked.IsCancellationRequested)
                return CellError.Interrupted($"{Reason()} before this cell was run.");
            progress.Report(new CellStarted(index + 1, toRun.Count, TitleOf(notebook, cell.Cell)));
            if (!cell.Cell.IsCSharp)
                return CellError.Of("NotSupported", $"This cell is written in {cell.Cell.Language}; only C# cells run here.");

            cell.ExecutionCount = index + 1;
            running = cell;
            Store();
            // On another thread, because a cell that ignores the token would block this one.
            var run = Task.Run(() => session.ExecuteAsync(cell.Cell.Source, Publish, asked.Token), CancellationToken.None);
            try
            {
                var error = await run.WaitAsync(over.Token);
                return error is { IsInterruption: true } ? CellError.Interrupted($"{Reason()} while this cell was running.") : error;
            }
            catch (OperationCanceledException) when (ProcessEnds.IsCancellationRequested)
            {
                return CellError.Of("BrokenOff", "This cell ended the process, as Environment.Exit does. The cells after it were not run.");
            }
            catch (OperationCanceledException)
            {
                return CellError.Interrupted($"{Reason()} while this cell was running, and the cell did not stop when asked.");
            }

            void Publish(CellOutput output)
            {
                if (recorder.Record(cell, output) is { Length: > 0 } text)
                    progress.Report(new RunOutput(text));
                if (clock.GetElapsedTime(saved) >= SaveInterval)
                    Store();
            }
        }

        void Store()
        {
            saved = clock.GetTimestamp();
            if (Save != null)
                recorder.Store(cells, running!, Save);
        }

        string Reason() => stop.IsCancellationRequested ? "The run was interrupted" : $"The notebook's time limit of {TimeLimit} was reached";
    }

    private static string TitleOf(Notebook notebook, NotebookCell cell)
    {
        var headings = notebook.Cells.TakeWhile(other => other != cell).Where(other => other.IsMarkdown).SelectMany(other => Headings(other.Source));
        return headings.LastOrDefault() ?? "";
    }

    private static IEnumerable<string> Headings(string markdown)
    {
        var isCode = false;
        foreach (var line in markdown.ReplaceLineEndings("\n").Split('\n'))
        {
            isCode ^= line.StartsWith("```", StringComparison.Ordinal);
            var text = line.TrimStart('#');
            if (!isCode && line.Length - text.Length is >= 1 and <= 6 && text.StartsWith(' '))
                yield return text.Trim();
        }
    }
}
