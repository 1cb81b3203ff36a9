using NotebookKernel.Running;
using Spectre.Console;
using Tutorial.Notebooks;
using Tutorial.Site;

namespace Tutorial.Running;

/// <summary>Shows a run: on a terminal one live line per notebook, elsewhere plain lines.</summary>
/// <param name="console">Where to.</param>
/// <param name="time">The clock.</param>
internal sealed class RunDisplay(IAnsiConsole console, TimeProvider time)
{
    /// <summary>Without a terminal, what a cell prints is shown at first, and then this often.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    private ProgressContext? _live;
    private ProgressTask? _task;
    private CellStarted? _cell;
    private long? _shown;
    private string _name = "";
    private (CourseNotebook Notebook, NotebookOutcome Outcome)? _failure;

    private bool IsLive => console.Profile.Capabilities.Interactive;

    /// <summary>Shows what happens while the work goes on.</summary>
    /// <param name="work">The work, which calls the other methods.</param>
    public Task ShowAsync(Func<Task> work) => !IsLive
        ? work()
        : console.Progress()
            .Columns(new SpinnerColumn { CompletedText = " " }, new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn { Width = 20 }, new ElapsedTimeColumn())
            .StartAsync(context =>
            {
                _live = context;
                return work();
            });

    /// <summary>A notebook begins.</summary>
    /// <param name="notebook">The notebook.</param>
    public void Begin(CourseNotebook notebook)
    {
        _cell = null;
        _shown = null;
        if (_live is null)
            Line(notebook.Name);
        else
            _task = _live.AddTask(Markup.Escape(notebook.Name));
        _name = notebook.Name;
    }

    /// <summary>Something happens in it.</summary>
    /// <param name="event">What.</param>
    public void Show(RunEvent @event)
    {
        switch (@event)
        {
            case RunStarted started when _task is not null:
                _task.MaxValue = Math.Max(1, started.Cells);
                break;
            case CellStarted cell:
                _cell = cell;
                _shown = null;
                if (_task is not null)
                {
                    _task.Value = cell.Cell - 1;
                    Describe(cell.Title);
                }
                else
                {
                    Line($"  cell {cell.Cell} of {cell.Cells}  {cell.Title}");
                }
                break;
            case RunOutput printed when LastLine(printed.Text) is { Length: > 0 } line:
                if (_task is not null)
                    Describe(line);
                else if (_shown is not { } shown || time.GetElapsedTime(shown) >= Pause)
                {
                    Line($"    {line[..Math.Min(line.Length, 150)]}");
                    _shown = time.GetTimestamp();
                }
                break;
        }
    }

    /// <summary>A notebook ends.</summary>
    /// <param name="notebook">The notebook.</param>
    /// <param name="outcome">How.</param>
    public void End(CourseNotebook notebook, NotebookOutcome outcome)
    {
        if (_task is not null)
        {
            _task.Description = $"{Markup.Escape(notebook.Name)} {Colored(outcome.Status)}";
            if (outcome.Status == NotebookStatus.Ok)
                _task.Value = _task.MaxValue;
            _task.StopTask();
        }
        else
        {
            Line($"  {Words.Of(outcome.Status)}, {Words.Duration(outcome.Seconds)}");
        }
        _failure = outcome.Status == NotebookStatus.Ok ? null : (notebook, outcome);
    }

    /// <summary>The whole run, at its end.</summary>
    /// <param name="results">What it found.</param>
    /// <param name="folder">Where everything is.</param>
    public void Summarize(Results results, OutputFolder folder)
    {
        if (_failure is var (notebook, outcome))
            Explain(notebook, outcome, folder);

        var table = new Table { Border = TableBorder.Rounded };
        table.AddColumns("notebook", "status", "time", "values");
        foreach (var result in results.Notebooks)
        {
            table.AddRow(Markup.Escape(result.Name), Colored(result.Status), result.Status == NotebookStatus.NotRun ? "" : Words.Duration(result.Seconds),
                Markup.Escape(string.Join(", ", result.Values.Select(value => $"{value.Key} {NotebookResult.Text(value.Value)}"))));
        }
        Line("");
        console.Write(table);
        if (DataNotice.For(results.Data) is { } notice)
            Line(notice);
        Line($"Time {Words.Duration(results.Seconds)}{(results.PeakMemoryMegabytes is { } peak ? $", most memory of a notebook {peak:0} MB" : "")}.");
        Line($"Look at {folder.Index}");
    }

    private void Explain(CourseNotebook notebook, NotebookOutcome outcome, OutputFolder folder)
    {
        Line("");
        console.MarkupLine($"[bold]{Markup.Escape(notebook.Name)}[/] {Colored(outcome.Status)}{(outcome.Failure is { } at ? $" in cell {at.Cell}{(_cell?.Title is { Length: > 0 } title ? $" ({Markup.Escape(title)})" : "")}" : "")}.");
        if (outcome.Failure is { } failure)
        {
            Line("");
            var number = 0;
            foreach (var line in failure.Source.ReplaceLineEndings("\n").Split('\n'))
            {
                number++;
                if (number == failure.Error.Line)
                    console.MarkupLineInterpolated($"[red]> {number,3} | {line}[/]");
                else
                    Line($"  {number,3} | {line}");
            }
            Line("");
            Line($"{failure.Error.Name}: {failure.Error.Message}");
        }
        else if (outcome.Complaint is { } complaint)
        {
            Line(complaint);
        }
        if (outcome.Sentence is not null && File.Exists(folder.Executed(notebook.Name)))
            Line($"The notebook with its outputs up to there: {folder.Executed(notebook.Name)}");
    }

    private void Describe(string? doing)
    {
        var left = Math.Max(10, console.Profile.Width - _name.Length - 50);
        var text = $"{_name}  {_cell?.Cell}/{_cell?.Cells}  {doing}";
        _task!.Description = Markup.Escape(text.Length > left + _name.Length ? text[..(left + _name.Length - 1)] + "…" : text);
    }

    private static string LastLine(string text) =>
        Ansi.Strip(text).Split(['\n', '\r']).LastOrDefault(line => !string.IsNullOrWhiteSpace(line))?.Trim() ?? "";

    // Written plainly, because the console would wrap lines, and paths, at its width.
    private void Line(string text) => console.Profile.Out.Writer.WriteLine(text);

    private static string Colored(NotebookStatus status) =>
        $"[{(status switch { NotebookStatus.Ok => "green", NotebookStatus.NotRun => "grey", _ => "red" })}]{Words.Of(status)}[/]";
}
