using NotebookKernel.Running;
using Tutorial.Running;

namespace Tutorial.Tests;

public sealed class StoppingTests : IDisposable
{
    private const string Wait = "await Task.Delay(60_000, Microsoft.DotNet.Interactive.KernelInvocationContext.Current.CancellationToken);";

    private readonly TestRepository _repository = new();

    public void Dispose() => _repository.Dispose();

    [Fact]
    public async Task Ctrl_C_ends_the_notebook_and_leaves_true_results()
    {
        _repository.Write("01-long", "# Long", "Console.WriteLine(\"before\");", Wait);
        _repository.Write("02-next", "# Next", "1");
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);

        var (code, says) = await _repository.InvokeAsync([], cancel.Token, line =>
        {
            if (line.Contains("cell 2 of 2"))
                cancel.Cancel();
        });

        Assert.Equal(3, code);
        Assert.Equal([NotebookStatus.Cancelled, NotebookStatus.NotRun], Results.Read(_repository.Output)!.Notebooks.Select(notebook => notebook.Status));
        Assert.Contains("01-long cancelled", says);
        Assert.Contains("before", File.ReadAllText(Path.Combine(_repository.Output, "notebooks", "01-long.ipynb")));
    }

    [Fact]
    public async Task A_notebook_that_takes_too_long_is_ended()
    {
        _repository.Write("01-long", "# Long", Wait);

        var (code, _) = await _repository.InvokeAsync("--timeout", "0:00:01");

        Assert.Equal(3, code);
        Assert.Equal(NotebookStatus.Timeout, Results.Read(_repository.Output)!.Notebooks[0].Status);
    }

    [Theory]
    [InlineData("Environment.Exit(0);", "This cell ended the process, as Environment.Exit does.")]
    [InlineData("System.Diagnostics.Process.GetCurrentProcess().Kill();", "ended by itself with exit code ")]
    public async Task A_process_that_ends_by_itself_is_a_failure_and_says_how(string code, string sentence)
    {
        _repository.Write("01-exit", "# Exit", code);

        var (exitCode, says) = await _repository.InvokeAsync();

        Assert.Equal(1, exitCode);
        Assert.Contains(sentence, says);
        Assert.Equal(NotebookStatus.Failed, Results.Read(_repository.Output)!.Notebooks[0].Status);
    }

    [Fact]
    public async Task A_value_that_does_not_fit_is_refused_before_an_earlier_run_is_cleared()
    {
        _repository.Write("01-first", "1");
        await _repository.InvokeAsync();
        _repository.Write("02-second", "//parameters\nvar epochs = 3;", "epochs");

        var (code, says) = await _repository.InvokeAsync("--set", "epochs=many");

        Assert.Equal(2, code);
        Assert.Contains("\"many\" is no value for epochs", says);
        Assert.Equal(NotebookStatus.Ok, Results.Read(_repository.Output)!.Notebooks.Single().Status);
    }
}
