using AngleSharp.Html.Parser;
using AnomalyLab.Tests.Training;
using AnomalyLab.Training;
using AnomalyLab.Visualization;

namespace AnomalyLab.Tests.Visualization;

public sealed class RunsTests : IDisposable
{
    private readonly TempFolder folder = new();
    private readonly RunLog log;

    public RunsTests() => log = RunLog.Beside(folder.File("a.safetensors"));

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_run_is_a_row_with_a_column_for_each_parameter_that_differs()
    {
        log.Add(RunLogTests.Run("a", 0.5, 0.1, 0.25));
        log.AddAuc("a", 0.875);
        log.Add(RunLogTests.Run("b", 0.5) with { Options = new() { LearningRate = 0.1 }, End = TrainingEnd.Interrupted });

        var table = Runs.Compare(log).Table;

        Assert.Equal(["run", "time", "learningRate", "epochs run", "ended by", "best epoch", "best validation loss", "AUC on test", "seconds"], table.Columns.Select(c => c.Name));
        Assert.Equal([1, "2026-11-24 13:00", 0.01, 3, "all epochs", 2, 0.1, 0.875, 12.5], table.Rows[0]);
        Assert.Equal([2, "2026-11-24 13:00", 0.1, 1, "stopped", 1, 0.5, null, 12.5], table.Rows[1]);
        Assert.StartsWith("The same in all of them: data noise, model Autoencoder, 6,996,979 weights, loss mean squared error, epochs 1000, patience 100, batchSize 32", table.Notes[0]);
        Assert.Contains("do not choose by it", table.Notes[1]);
    }

    [Fact]
    public void The_chart_shows_the_losses_of_the_latest_runs_on_the_same_data_named_by_what_differs()
    {
        log.Add(RunLogTests.Run("other", 7) with { Data = "other" });
        for (var seed = 0; seed < 8; seed++)
            log.Add(RunLogTests.Run("a", 0.5, 0.1) with { Options = new() { Seed = seed } });

        var chart = Runs.Compare(log).Chart;

        Assert.Equal(["run 4, seed 2", "run 5, seed 3", "run 6, seed 4", "run 7, seed 5", "run 8, seed 6", "run 9, seed 7"], chart.Series.Select(s => s.Name));
        Assert.All(chart.Series, s => Assert.Equal([1, 2], s.X));
        Assert.All(chart.Series, s => Assert.Equal([0.5, 0.1], s.Y));
        Assert.Equal(6, chart.Series.Select(s => s.Color).Distinct().Count());
    }

    [Fact]
    public void Without_runs_it_says_how_to_make_one()
    {
        var runs = Runs.Compare(log);

        Assert.Contains("No training has left a line yet", runs.ToString());
        Assert.DoesNotContain("data-chart", runs.ToHtml());
    }

    [Fact]
    public void A_damaged_line_is_named_below_the_table()
    {
        log.Add(RunLogTests.Run("a", 0.5));
        File.AppendAllText(folder.File("runs.jsonl"), "nonsense\n");

        Assert.EndsWith("is damaged and left out.", Runs.Compare(log).Table.Notes[^1]);
    }

    [Fact]
    public async Task In_a_browser_a_click_on_a_heading_sorts_the_table_and_another_one_turns_it()
    {
        log.Add(RunLogTests.Run("a", 0.05) with { Options = new() { LearningRate = 1e-5 } });
        log.Add(RunLogTests.Run("b", 0.5) with { Options = new() { LearningRate = 0.01 } });
        log.AddAuc("b", 0.9);
        log.Add(RunLogTests.Run("c", 0.0000001) with { Options = new() { LearningRate = 0.002 } });
        log.AddAuc("c", 0.8);
        string Order(string heading, int clicks) =>
            $$"""
            for (let i = 0; i < {{clicks}}; i++) [...document.querySelectorAll('th button')].find(b => b.textContent === '{{heading}}').click();
            document.body.insertAdjacentHTML('beforeend', `<p>${[...document.querySelectorAll('tbody tr')].map(r => r.cells[0].textContent)}</p>`);
            """;

        var page = await Browser.OpenAsync(
            $"""{Runs.Compare(log).Table.ToHtml()}<script>{Order("learningRate", 1)}{Order("best validation loss", 1)}{Order("best validation loss", 1)}{Order("AUC on test", 1)}{Order("AUC on test", 1)}</script>""");

        Assert.Equal(["1,3,2", "3,1,2", "2,1,3", "3,2,1", "2,3,1"], page.QuerySelectorAll("p").Select(p => p.TextContent));
        Assert.Equal("AUC on test ▼", page.QuerySelector("th[aria-sort=descending]")!.TextContent);
        Assert.Single(page.QuerySelectorAll("[aria-sort]"));
    }

    [Fact]
    public void Where_scripts_do_not_run_the_table_is_a_plain_one()
    {
        log.Add(RunLogTests.Run("a", 0.05));

        Assert.Empty(new HtmlParser().ParseDocument(Runs.Compare(log).ToHtml()).QuerySelectorAll("button"));
    }
}
