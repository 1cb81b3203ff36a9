using Microsoft.Extensions.Time.Testing;
using NotebookKernel.Notebooks;
using NotebookKernel.Running;
using Tutorial.Notebooks;
using Tutorial.Running;

namespace Tutorial.Tests;

public sealed class DisplayTests : IDisposable
{
    private readonly StringWriter _writer = new();
    private readonly FakeTimeProvider _clock = new();
    private readonly CourseNotebook _notebook = new("04-training.ipynb", Notebook.Parse("""{"cells":[],"nbformat":4}""", "04-training"));

    public void Dispose() => _writer.Dispose();

    [Fact]
    public async Task Without_a_terminal_a_long_cell_shows_its_last_line_at_first_and_then_now_and_then()
    {
        await ShowAsync(live: false);

        Assert.Equal(["04-training", "  cell 1 of 2  Train", "    epoch 1", "    epoch 3", "  ok, 1:15 min"], _writer.ToString().TrimEnd().ReplaceLineEndings("\n").Split('\n'));
    }

    [Fact]
    public async Task On_a_terminal_the_notebooks_line_moves_with_what_the_cell_prints()
    {
        await ShowAsync(live: true);

        Assert.Contains("04-training  1/2  epoch 3", Site.Ansi.Strip(_writer.ToString()));
    }

    [Theory]
    [InlineData("not JSON at all")]
    [InlineData("{\"type\":\"unheard of\"}")]
    [InlineData("{cut off")]
    public void What_is_no_event_counts_as_output(string line) => Assert.Equal(new RunOutput(line), RunEvent.Parse(line));

    [Fact]
    public void An_event_is_read_as_it_was_written()
    {
        var written = new RunFinished(NotebookStatus.Failed, 1.5, new(2, "s", new("E", "grüße", 3, ["E: grüße"])));
        var read = Assert.IsType<RunFinished>(RunEvent.Parse(written.ToJson()));

        Assert.Equal((NotebookStatus.Failed, 1.5, 2, "s"), (read.Status, read.Seconds, read.Failure!.Cell, read.Failure.Source));
        Assert.Equal(("E", "grüße", 3), (read.Failure.Error.Name, read.Failure.Error.Message, read.Failure.Error.Line));
        Assert.Equal(["E: grüße"], read.Failure.Error.Traceback);
    }

    private Task ShowAsync(bool live)
    {
        var console = TestRepository.ConsoleOn(_writer, live);
        console.Profile.Width = 120;
        var display = new RunDisplay(console, _clock);
        return display.ShowAsync(() =>
        {
            display.Begin(_notebook);
            display.Show(new RunStarted(2));
            display.Show(new CellStarted(1, 2, "Train"));
            display.Show(new RunOutput("epoch 1\n"));
            _clock.Advance(TimeSpan.FromSeconds(9));
            display.Show(new RunOutput("epoch 2\n"));
            _clock.Advance(TimeSpan.FromSeconds(2));
            display.Show(new RunOutput("\u001b[1mepoch 3\u001b[0m\n\n"));
            if (!live) // there the line's last state stays
                display.End(_notebook, new(NotebookStatus.Ok, 75, null, 0));
            return Task.CompletedTask;
        });
    }
}
