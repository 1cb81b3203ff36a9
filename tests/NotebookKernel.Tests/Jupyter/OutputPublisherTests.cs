using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;
using NotebookKernel.Jupyter;
using NotebookKernel.Sessions;

namespace NotebookKernel.Tests.Jupyter;

public sealed class OutputPublisherTests
{
    private static readonly TimeSpan tenth = TimeSpan.FromSeconds(0.1);

    private readonly FakeTimeProvider clock = new();
    private readonly List<(string Type, JsonObject Content)> published = [];
    private readonly OutputPublisher output;

    public OutputPublisherTests() => output = new OutputPublisher((type, content) => published.Add((type, content)), 1, clock);

    private IEnumerable<string> Texts => published.Select(message => message.Content["text"]!.ToString());

    [Fact]
    public void The_first_text_is_told_at_once_and_what_follows_a_tenth_of_a_second_later()
    {
        Print("a", "b", "c");
        Assert.Equal(["a"], Texts);

        clock.Advance(tenth);
        Assert.Equal(["a", "bc"], Texts);

        clock.Advance(tenth);
        Print("d");
        Assert.Equal(["a", "bc", "d"], Texts);
    }

    [Fact]
    public void A_character_that_is_written_in_two_halves_is_told_whole()
    {
        Print("\ud83d", "\ude00");

        Assert.Equal(["😀"], Texts);
    }

    [Fact]
    public void A_bar_that_moves_a_thousand_times_a_second_is_told_ten_times()
    {
        for (var i = 0; i < 1000; i++)
        {
            output.Take(new DisplayUpdate("bar", new Dictionary<string, string> { ["text/html"] = $"{i}" }));
            clock.Advance(TimeSpan.FromMilliseconds(1));
        }

        Assert.InRange(published.Count, 10, 11);
        output.Flush();
        Assert.Equal("999", published[^1].Content["data"]!["text/html"]!.ToString());
    }

    [Fact]
    public void Nothing_overtakes()
    {
        Print("a", "b");
        output.Take(new StreamText("stderr", "c"));
        output.Take(new DisplayUpdate("bar", new Dictionary<string, string>()));
        output.Take(new DisplayData("next", new Dictionary<string, string>()));
        output.Take(new CellValue(new Dictionary<string, string>()));

        Assert.Equal(["stream a", "stream b", "stream c", "update_display_data", "display_data", "execute_result"], published.Select(message => $"{message.Type} {message.Content["text"]}".TrimEnd()));
    }

    [Fact]
    public void Clearing_is_told_in_its_place_and_makes_room()
    {
        Print(new string('a', 999_999), "b");
        output.Take(new OutputCleared(Wait: true));
        Print("c");
        output.Flush();

        Assert.Equal(["stream", "stream", "clear_output", "stream"], published.Select(message => message.Type));
        Assert.Equal("{\"wait\":true}", published[2].Content.ToJsonString());
        Assert.Equal("c", published[3].Content["text"]!.ToString());
    }

    [Fact]
    public void A_cell_that_prints_too_much_is_cut_off_with_a_remark()
    {
        for (var i = 0; i < 1_000_000; i++)
            Print($"{i}\n");
        output.Flush();

        Assert.Equal(
            ["stdout", "stdout", "stderr"],
            published.Select(message => message.Content["name"]!.ToString()));
        Assert.Equal(1_000_000, Texts.Take(2).Sum(text => text.Length));
        Assert.Equal("\n[This cell has printed 1,000,000 characters; the rest is not shown.]\n", Texts.Last());
    }

    [Fact]
    public void A_line_that_is_written_over_and_over_does_not_use_up_the_room()
    {
        for (var i = 0; i < 200_000; i++)
            Print($"\repoch {i}");
        Print("\ndone");
        output.Flush();

        Assert.EndsWith("\ndone", Texts.Last(), StringComparison.Ordinal);
    }

    private void Print(params string[] texts)
    {
        foreach (var text in texts)
            output.Take(new StreamText("stdout", text));
    }
}
