using Microsoft.Extensions.Time.Testing;
using NotebookKernel.Running;

namespace NotebookKernel.Tests;

public sealed class LimitTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly CancellationTokenSource stop = new();
    private readonly CancellationTokenSource abandon = new();

    public void Dispose()
    {
        folder.Dispose();
        stop.Dispose();
        abandon.Dispose();
    }

    [Fact]
    public async Task An_interrupted_cell_keeps_its_output_and_says_that_it_was_interrupted()
    {
        var run = await Execute(
            new NotebookRunner(TimeProvider.System),
            "Console.WriteLine(\"ready\");\nawait Task.Delay(-1, Microsoft.DotNet.Interactive.KernelInvocationContext.Current.CancellationToken);",
            "Console.WriteLine(\"never\");");

        Assert.Equal(NotebookStatus.Cancelled, run.Finished.Status);
        Assert.Equal(("Interrupted", "The run was interrupted while this cell was running."), (run.Finished.Failure?.Error.Name, run.Finished.Failure?.Error.Message));
        Assert.Equal("ready\n", run.Printed(0));
        Assert.Equal("error", run.Outputs(0)[1]!["output_type"]!.ToString());
        Assert.Empty(run.Outputs(1));
    }

    [Fact]
    public async Task A_cell_may_finish_when_it_is_interrupted_but_no_other_begins()
    {
        var run = await Execute(
            new NotebookRunner(TimeProvider.System),
            "Console.WriteLine(\"ready\");\nMicrosoft.DotNet.Interactive.KernelInvocationContext.Current.CancellationToken.WaitHandle.WaitOne();\nConsole.WriteLine(\"saved the best\");\n\"best\"",
            "Console.WriteLine(\"never\");");

        Assert.Equal(NotebookStatus.Cancelled, run.Finished.Status);
        Assert.Equal(("ready\nsaved the best\n", "best"), (run.Printed(0), run.Shown(0)));
        Assert.Equal((2, "The run was interrupted before this cell was run."), (run.Finished.Failure?.Cell, run.Finished.Failure?.Error.Message));
        Assert.Equal("", run.Printed(1));
    }

    [Fact]
    public async Task A_cell_that_does_not_stop_is_abandoned_after_the_grace()
    {
        var run = await Execute(new NotebookRunner(TimeProvider.System) { Grace = TimeSpan.FromMilliseconds(50) }, Deaf, "1");

        Assert.Equal(NotebookStatus.Cancelled, run.Finished.Status);
        Assert.Equal("The run was interrupted while this cell was running, and the cell did not stop when asked.", run.Finished.Failure?.Error.Message);
    }

    [Fact]
    public async Task A_second_interruption_does_not_wait_for_the_grace()
    {
        stop.Token.Register(abandon.Cancel);

        var run = await Execute(new NotebookRunner(TimeProvider.System) { Grace = TimeSpan.FromDays(1) }, Deaf);

        Assert.EndsWith("did not stop when asked.", run.Finished.Failure?.Error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_abandoned_cell_is_not_heard_any_more()
    {
        using var release = new SemaphoreSlim(0);
        using var ended = new SemaphoreSlim(0);
        var key = Guid.NewGuid().ToString();
        AppContext.SetData(key + "release", release);
        AppContext.SetData(key + "ended", ended);

        var run = await Execute(
            new NotebookRunner(TimeProvider.System) { Grace = TimeSpan.Zero },
            $"using System.Threading;\nConsole.WriteLine(\"ready\");\n((SemaphoreSlim)AppContext.GetData(\"{key}release\")).Wait();\nConsole.WriteLine(\"too late\");\n((SemaphoreSlim)AppContext.GetData(\"{key}ended\")).Release();");
        release.Release();
        await ended.WaitAsync(TestContext.Current.CancellationToken);

        Assert.IsType<RunFinished>(run.Events[^1]);
    }

    [Fact]
    public async Task A_cell_that_ends_the_process_is_told_from_one_that_was_interrupted()
    {
        using var ends = new CancellationTokenSource();
        var run = new Run();
        var running = run.Execute(folder.Path, NotebookFile.OfCode(Deaf, "1"), new NotebookRunner(TimeProvider.System) { ProcessEnds = ends.Token }, CancellationToken.None, CancellationToken.None);
        await run.Saying("ready");
        await ends.CancelAsync();
        await running;

        Assert.Equal((NotebookStatus.Failed, "BrokenOff"), (run.Finished.Status, run.Finished.Failure?.Error.Name));
        Assert.Equal("ready\n", run.Printed(0));
    }

    [Fact]
    public async Task The_notebook_is_saved_before_each_cell_and_now_and_then_within_a_long_one()
    {
        var clock = new FakeTimeProvider();
        var notebook = Notebooks.Notebook.Parse(NotebookFile.OfCode("Console.Write(1);", "Console.Write(2);\nTick();\nConsole.Write(3);"), "test");
        var saved = new List<string>();
        var key = Guid.NewGuid().ToString();
        AppContext.SetData(key, () => clock.Advance(TimeSpan.FromSeconds(10)));
        notebook.Cells[1].Json["source"] = notebook.Cells[1].Source.Replace("Tick()", $"((Action)AppContext.GetData(\"{key}\"))()", StringComparison.Ordinal);

        await new NotebookRunner(clock) { Save = () => saved.Add(string.Join(" ", notebook.Cells.Select(Texts))) }
            .RunAsync(notebook, new Sessions.Session(folder.Path), new Run(), TestContext.Current.CancellationToken);

        Assert.Equal(["[BrokenOff] []", "[1] [BrokenOff]", "[1] [23 BrokenOff]"], saved);
        Assert.Equal("[1] [23]", string.Join(" ", notebook.Cells.Select(Texts)));

        static string Texts(Notebooks.NotebookCell cell) => $"[{string.Join(' ', cell.Outputs.Select(output => output switch
        {
            Notebooks.StreamOutput stream => stream.Text,
            Notebooks.ErrorOutput error => error.Name,
            _ => "",
        }))}]";
    }

    [Fact]
    public async Task The_time_limit_is_the_clocks_and_is_named()
    {
        var clock = new FakeTimeProvider();
        var run = new Run();
        var running = run.Execute(
            folder.Path,
            NotebookFile.OfCode("Console.WriteLine(\"ready\");\nawait Task.Delay(-1, Microsoft.DotNet.Interactive.KernelInvocationContext.Current.CancellationToken);"),
            new NotebookRunner(clock) { TimeLimit = TimeSpan.FromHours(2) },
            TestContext.Current.CancellationToken,
            CancellationToken.None);
        await run.Saying("ready");
        Assert.False(running.IsCompleted);
        clock.Advance(TimeSpan.FromHours(2));

        await running;
        Assert.Equal((NotebookStatus.Timeout, 7200), (run.Finished.Status, run.Finished.Seconds));
        Assert.Equal("The notebook's time limit of 02:00:00 was reached while this cell was running.", run.Finished.Failure?.Error.Message);
    }

    // Ignores its token, but ends with the test.
    private string Deaf => $"Console.WriteLine(\"ready\");\nwhile (System.IO.Directory.Exists(@\"{folder.Path}\"))\n    System.Threading.Thread.Sleep(1);\nConsole.WriteLine(\"too late\");";

    /// <summary>Executes cells and interrupts them when the first says that it is ready.</summary>
    private async Task<Run> Execute(NotebookRunner runner, params string[] cells)
    {
        var run = new Run();
        var running = run.Execute(folder.Path, NotebookFile.OfCode(cells), runner, stop.Token, abandon.Token);
        await run.Saying("ready");
        await stop.CancelAsync();
        return await running;
    }
}
