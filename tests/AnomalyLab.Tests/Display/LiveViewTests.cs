using AnomalyLab.Display;
using Microsoft.Extensions.Time.Testing;

namespace AnomalyLab.Tests.Display;

public sealed class LiveViewTests : IDisposable
{
    private readonly FakeTimeProvider time = new();
    private readonly StringWriter console = new() { NewLine = "\n" };

    [Fact]
    public void In_a_notebook_states_replace_one_another_in_one_output()
    {
        var output = new Output();
        var view = new LiveView(output.Display, console, time);

        view.Show(State("a"));
        time.Advance(TimeSpan.FromSeconds(0.1));
        view.Show(State("b"));

        Assert.True(view.IsInPlace);
        Assert.Equal(["<i>a</i>", "<i>b</i>"], output.Shown);
        Assert.Equal("", console.ToString());
    }

    [Fact]
    public void In_a_notebook_there_are_at_most_ten_updates_a_second()
    {
        var output = new Output();
        var view = new LiveView(output.Display, console, time);

        for (var i = 0; i < 1000; i++)
        {
            view.Show(State($"{i}"));
            time.Advance(TimeSpan.FromSeconds(0.001));
        }

        Assert.Equal(10, output.Shown.Count);
    }

    [Fact]
    public void The_final_state_is_always_shown()
    {
        var output = new Output();
        using (var view = new LiveView(output.Display, console, time))
        {
            view.Show(State("first"));
            view.Show(State("between"));
            view.Show(State("last"));
        }

        Assert.Equal(["<i>first</i>", "<i>last</i>"], output.Shown);
    }

    [Fact]
    public void A_state_that_has_been_shown_is_not_shown_again_at_the_end()
    {
        var output = new Output();
        using (var view = new LiveView(output.Display, console, time))
            view.Show(State("only"));

        Assert.Single(output.Shown);
    }

    [Fact]
    public void Outside_of_a_notebook_each_state_is_a_line_at_most_one_a_second()
    {
        using (var view = new LiveView(console, time))
        {
            Assert.False(view.IsInPlace);
            for (var tenth = 0; tenth < 25; tenth++)
            {
                view.Show(State($"{tenth}"));
                time.Advance(TimeSpan.FromSeconds(0.1));
            }
        }

        Assert.Equal("0\n10\n20\n24\n", console.ToString());
    }

    [Fact]
    public void An_engine_that_fails_is_replaced_by_lines_of_text()
    {
        var view = new LiveView(_ => throw new InvalidOperationException("no output here"), console, time);

        view.Show(State("a"));

        Assert.Equal("a\n", console.ToString());
        Assert.False(view.IsInPlace);
    }

    [Fact]
    public void An_engine_whose_outputs_cannot_be_updated_is_replaced_by_lines_of_text()
    {
        var view = new LiveView(_ => null, console, time);

        view.Show(State("a"));

        Assert.Equal("a\n", console.ToString());
    }

    [Fact]
    public void An_output_that_fails_later_is_replaced_by_lines_of_text()
    {
        var output = new Output();
        var view = new LiveView(output.Display, console, time);
        view.Show(State("a"));
        output.Fails = true;
        time.Advance(TimeSpan.FromSeconds(1));

        view.Show(State("b"));

        Assert.Equal("b\n", console.ToString());
    }

    [Fact]
    public void A_closed_console_does_not_disturb_the_work()
    {
        var view = new LiveView(console, time);
        view.Show(State("a"));
        console.Dispose();
        time.Advance(TimeSpan.FromSeconds(1));

        Assert.Null(Record.Exception(() => view.Show(State("b"))));
        Assert.Equal("a\n", console.ToString());
    }

    [Fact]
    public void Outside_of_a_notebook_nothing_interrupts() => Assert.Equal(CancellationToken.None, RunningCell.CancellationToken);

    public void Dispose() => console.Dispose();

    private static Markup State(string name) => new($"<i>{name}</i>", name);

    /// <summary>A cell's output.</summary>
    private sealed class Output
    {
        public List<string> Shown { get; } = [];

        public bool Fails { get; set; }

        public Action<IDisplayable>? Display(string html)
        {
            Shown.Add(html);
            return value => Shown.Add(Fails ? throw new InvalidOperationException("gone") : value.ToHtml());
        }
    }
}
