using NotebookKernel.Notebooks;
using Tutorial.Notebooks;
using Tutorial.Running;

namespace Tutorial.Tests;

public sealed class DisplayTests : IDisposable
{
    private readonly StringWriter _writer = new();
    private readonly Clock _clock = new();
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
    public void What_is_no_event_counts_as_output(string line) => Assert.Equal(new Printed(line), KernelEvent.Parse(line));

    [Fact]
    public void Events_are_read_in_any_order_of_their_fields() =>
        Assert.Equal(
            new Finished(NotebookStatus.Failed, 1.5, new(2, 3, "E", "m", "s", "t")),
            KernelEvent.Parse("""{"status":"failed","seconds":1.5,"error":{"cell":2,"line":3,"name":"E","message":"m","source":"s","traceback":"t"},"type":"finished"}"""));

    private Task ShowAsync(bool live)
    {
        var console = TestRepository.ConsoleOn(_writer, live);
        console.Profile.Width = 120;
        var display = new RunDisplay(console, _clock);
        return display.ShowAsync(() =>
        {
            display.Begin(_notebook);
            display.Show(new Started(2));
            display.Show(new CellStarted(1, 2, "Train"));
            display.Show(new Printed("epoch 1\n"));
            _clock.Seconds = 9;
            display.Show(new Printed("epoch 2\n"));
            _clock.Seconds = 11;
            display.Show(new Printed("\u001b[1mepoch 3\u001b[0m\n\n"));
            if (!live) // there the line's last state stays
                display.End(_notebook, new(NotebookStatus.Ok, 75, null, 0));
            return Task.CompletedTask;
        });
    }

    private sealed class Clock : TimeProvider
    {
        public int Seconds { get; set; }

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => Seconds;
    }
}
