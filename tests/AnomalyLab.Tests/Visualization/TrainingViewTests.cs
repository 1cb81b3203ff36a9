using AngleSharp.Html.Parser;
using AnomalyLab.Display;
using AnomalyLab.Training;
using AnomalyLab.Visualization;

namespace AnomalyLab.Tests.Visualization;

public sealed class TrainingViewTests : IDisposable
{
    private static readonly EpochRecord[] History = [new(1, 0.5, 0.4, 60), new(2, 0.3, 0.45, 60)];

    private readonly StringWriter console = new() { NewLine = "\n" };

    public void Dispose() => console.Dispose();

    [Fact]
    public void In_a_console_an_epoch_is_a_line()
    {
        using var view = new TrainingView(console);

        view.Report(new(1, 10, 1, 2, [], 0, 5, 40));
        view.Report(new(1, 10, 2, 2, [], 0, 5, 40));
        view.Report(new(1, 10, 2, 2, History[..1], 1, 5, 40));

        Assert.Equal("epoch 1 of 10, training loss 0.500000, validation loss 0.400000, best in epoch 1, patience 5 of 5, 40 images/s, at most 9 min 0 s left\n", console.ToString());
    }

    [Fact]
    public void The_end_is_always_shown_with_its_reason_and_what_is_kept()
    {
        string Said(TrainingEnd end)
        {
            console.GetStringBuilder().Clear();
            var view = new TrainingView(console);
            view.Report(new(1, 100, 2, 2, History[..1], 1, 1, 40));
            view.Report(new(2, 100, 2, 2, History, 1, 1, 40));
            view.Report(new(2, 100, 2, 2, History, 1, 1, 0) { End = end });
            return console.ToString().TrimEnd().Split('\n')[^1];
        }

        const string Losses = ", training loss 0.300000, validation loss 0.450000, the best weights, of epoch 1, are kept";
        Assert.Equal("all 100 epochs are done" + Losses, Said(TrainingEnd.AllEpochs));
        Assert.Equal("patience ended after epoch 2 of 100" + Losses, Said(TrainingEnd.OutOfPatience));
        Assert.Equal("stopped after epoch 2 of 100" + Losses, Said(TrainingEnd.Interrupted));
    }

    [Fact]
    public void Stopping_in_the_first_epoch_is_shown_too()
    {
        var view = new TrainingView(console);

        view.Report(new(0, 100, 2, 2, [], 0, 1, 0) { End = TrainingEnd.Interrupted });

        Assert.Equal("stopped after epoch 0 of 100\n", console.ToString());
    }

    [Fact]
    public void In_a_notebook_what_stays_is_the_end()
    {
        IDisplayable? shown = null;
        var view = new TrainingView(new LiveView(_ => state => shown = state, console, TimeProvider.System));

        view.Report(new(3, 10, 1, 2, History, 1, 5, 40));
        view.Report(new(2, 10, 2, 2, History, 1, 5, 0) { End = TrainingEnd.Interrupted });

        var page = new HtmlParser().ParseDocument(shown!.ToHtml());
        Assert.Equal("2", page.QuerySelector("progress")!.GetAttribute("value"));
        Assert.Contains("stopped after epoch 2 of 10", page.Body!.TextContent);
        Assert.DoesNotContain("images/s", page.Body.TextContent);
        Assert.Equal("", console.ToString());
    }

    [Fact]
    public void In_a_notebook_there_are_a_bar_the_numbers_and_the_losses_without_a_script()
    {
        string? shown = null;
        using var live = new LiveView(html => { shown = html; return _ => { }; }, console, TimeProvider.System);
        using var view = new TrainingView(live);

        view.Report(new(3, 10, 1, 2, History, 1, 5, 40));

        var page = new HtmlParser().ParseDocument(shown!);
        Assert.Equal(("10", "2.5"), (page.QuerySelector("progress")!.GetAttribute("max"), page.QuerySelector("progress")!.GetAttribute("value")));
        Assert.Contains("epoch 3 of 10 · step 1 of 2 · training loss 0.300000 · validation loss 0.450000 · best in epoch 1 · patience 4 of 5 · 40 images/s · at most 7 min 30 s left", page.Body!.TextContent);
        Assert.Equal(2, ChartTests.Picture(page).QuerySelectorAll("polyline").Length);
        Assert.Empty(page.QuerySelectorAll("script"));
    }
}
