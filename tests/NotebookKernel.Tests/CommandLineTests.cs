using System.Diagnostics;
using System.Text.Json.Nodes;

namespace NotebookKernel.Tests;

public sealed class CommandLineTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_notebook_that_succeeds_ends_with_0_and_is_written()
    {
        folder.Write("notebooks/data.txt", "beside the notebook");
        folder.Write("notebooks/in.ipynb", NotebookFile.Of(NotebookFile.Markdown("# Read"), NotebookFile.Code("var n = 1;", "parameters"), NotebookFile.Code("Console.WriteLine(n);\nSystem.IO.File.ReadAllText(\"data.txt\")")));

        var result = await Execute("notebooks/in.ipynb", "results/out.ipynb", "--set", "n=41");

        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.StartsWith("[1/3] Read\n[2/3] Read\n[3/3] Read\nEvery cell ran, in ", result.Output, StringComparison.Ordinal);
        var outputs = Read("results/out.ipynb")["cells"]![3]!["outputs"]!;
        Assert.Equal(("41\n", "beside the notebook"), (Run.Text(outputs[0]!["text"]), Run.Text(outputs[1]!["data"]!["text/plain"])));
    }

    [Fact]
    public async Task A_failing_cell_ends_with_1_and_the_notebook_is_written_all_the_same()
    {
        folder.Write("in.ipynb", NotebookFile.Of(
            NotebookFile.Markdown("# Start"),
            NotebookFile.Code("Console.Write(\"grüße\");\nvar shown = display(1);\nshown.Update(2);"),
            NotebookFile.Code("\nthrow new Exception(\"broken\");"),
            NotebookFile.Code("3")));

        var result = await Execute("in.ipynb", "out.ipynb", "--progress", "json");

        Assert.Equal(1, result.ExitCode);
        var lines = result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!.AsObject()).ToList();
        Assert.True(lines[^1]["seconds"]!.GetValue<double>() > 0);
        lines[^1].Remove("seconds");
        JsonObject[] expected =
        [
            new() { ["type"] = "started", ["cells"] = 3 },
            new() { ["type"] = "cell", ["cell"] = 1, ["cells"] = 3, ["title"] = "Start" },
            new() { ["type"] = "output", ["text"] = "grüße" },
            new() { ["type"] = "output", ["text"] = "1\n" },
            new() { ["type"] = "output", ["text"] = "2\n" },
            new() { ["type"] = "cell", ["cell"] = 2, ["cells"] = 3, ["title"] = "Start" },
            new()
            {
                ["type"] = "finished",
                ["status"] = "failed",
                ["error"] = new JsonObject
                {
                    ["cell"] = 2,
                    ["line"] = 2,
                    ["name"] = "System.Exception",
                    ["message"] = "broken",
                    ["source"] = "\nthrow new Exception(\"broken\");",
                    ["traceback"] = "System.Exception: broken\n   at cell 2, line 2: throw new Exception(\"broken\");",
                },
            },
        ];
        Assert.Equal(expected.Select(line => line.ToJsonString()), lines.Select(line => line.ToJsonString()));
        Assert.Equal(["stream", "display_data", "error"], Read("out.ipynb")["cells"]!.AsArray().SelectMany(cell => cell!["outputs"]?.AsArray() ?? []).Select(output => output!["output_type"]!.ToString()));
    }

    [Theory]
    [InlineData("cut.ipynb is not a notebook: it is not JSON, or the file is cut off (line 1).", "cut.ipynb", "out.ipynb")]
    [InlineData("none.ipynb does not exist.", "none.ipynb", "out.ipynb")]
    [InlineData("The notebook has no parameter \"m\"; it has n.", "good.ipynb", "out.ipynb", "--set", "m=1")]
    [InlineData("--set n is not understood: write NAME=VALUE.", "good.ipynb", "out.ipynb", "--set", "n")]
    [InlineData("--timeout 5 is not understood: write hours, minutes and seconds, such as 00:05:00.", "good.ipynb", "out.ipynb", "--timeout", "5")]
    [InlineData("out.ipynb cannot be written: ", "good.ipynb", "cut.ipynb/out.ipynb")]
    [InlineData("Required argument 'OUTPUT.ipynb' missing for command: 'execute'.", "good.ipynb")]
    public async Task A_mistake_in_the_call_ends_with_2_and_a_sentence(string sentence, params string[] arguments)
    {
        folder.Write("cut.ipynb", NotebookFile.OfCode("1")[..40]);
        folder.Write("good.ipynb", NotebookFile.Of(NotebookFile.Code("var n = 1;", "parameters")));

        var result = await Execute(arguments);

        Assert.Equal(2, result.ExitCode);
        Assert.Contains(sentence, result.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(folder["out.ipynb"]));
    }

    [Fact]
    public async Task A_cell_that_never_ends_is_ended_by_the_time_limit_with_3()
    {
        folder.Write("in.ipynb", NotebookFile.OfCode("1", "while (true) { }", "3"));

        var result = await Execute("in.ipynb", "out.ipynb", "--timeout", "00:00:04", "--progress", "json");

        Assert.Equal(3, result.ExitCode);
        var error = JsonNode.Parse(result.Output.TrimEnd().Split('\n')[^1])!;
        Assert.Equal("timeout", error["status"]!.ToString());
        Assert.StartsWith("The notebook's time limit of 00:00:04 was reached ", error["error"]!["message"]!.ToString(), StringComparison.Ordinal);
        Assert.Empty(Read("out.ipynb")["cells"]![2]!["outputs"]!.AsArray());
    }

    [Fact(Timeout = 120_000)]
    public async Task Ctrl_C_stops_the_cell_and_a_second_one_ends_the_process()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Signals are sent with kill.");
        Assert.SkipWhen(IgnoresInterrupts(), "Whatever started the tests ignores SIGINT, as a shell does for its background jobs, and so do all their children.");
        folder.Write("in.ipynb", NotebookFile.OfCode("Microsoft.DotNet.Interactive.KernelInvocationContext.Current.CancellationToken.Register(() => Console.WriteLine(\"asked\"));\nConsole.WriteLine(\"ready\");\nwhile (true) { }"));
        using var process = Start("in.ipynb", "out.ipynb", "--progress", "json");

        await Saying(process, "ready");
        await Interrupt(process);
        await Saying(process, "asked");
        await Interrupt(process);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Equal(3, process.ExitCode);
        Assert.Equal("ready\nasked\n", Run.Text(Read("out.ipynb")["cells"]![0]!["outputs"]![0]!["text"]));
    }

    [Fact]
    public async Task A_killed_run_leaves_the_earlier_output_alone()
    {
        folder.Write("in.ipynb", NotebookFile.OfCode("Console.WriteLine(\"ready\");\nSystem.Threading.Thread.Sleep(-1);"));
        folder.Write("out.ipynb", "earlier");
        using var process = Start("in.ipynb", "out.ipynb", "--progress", "json");

        await Saying(process, "ready");
        process.Kill();
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Equal("earlier", File.ReadAllText(folder["out.ipynb"]));
        Assert.Equal(["in.ipynb", "out.ipynb"], Directory.GetFiles(folder.Path).Select(Path.GetFileName).Order());
    }

    [Fact]
    public async Task A_thread_that_a_cell_leaves_behind_does_not_keep_the_process()
    {
        folder.Write("in.ipynb", NotebookFile.OfCode("using System.Threading;\nnew Thread(() => Thread.Sleep(-1)).Start();"));

        Assert.Equal(0, (await Execute("in.ipynb", "out.ipynb")).ExitCode);
    }

    /// <summary>Bit 1 of the mask of ignored signals is SIGINT, number 2: proc(5), /proc/pid/status.</summary>
    private static bool IgnoresInterrupts() => File.Exists("/proc/self/status")
        && File.ReadLines("/proc/self/status").First(line => line.StartsWith("SigIgn:", StringComparison.Ordinal))[^1] is '2' or '3' or '6' or '7' or 'a' or 'b' or 'e' or 'f';

    private sealed record Result(int ExitCode, string Output, string Error);

    private async Task<Result> Execute(params string[] arguments)
    {
        using var process = Start(arguments);
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return new Result(process.ExitCode, (await output).ReplaceLineEndings("\n"), await error);
    }

    private Process Start(params string[] arguments) => Process.Start(new ProcessStartInfo("dotnet", [typeof(Sessions.Session).Assembly.Location, "execute", .. arguments])
    {
        WorkingDirectory = folder.Path,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
        StandardOutputEncoding = System.Text.Encoding.UTF8,
    })!;

    private static async Task Saying(Process process, string text)
    {
        while (await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
        {
            if (line.Contains(text, StringComparison.Ordinal))
                return;
        }

        Assert.Fail($"The run ended without saying \"{text}\": {await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken)}");
    }

    private static async Task Interrupt(Process process)
    {
        using var kill = Process.Start("kill", ["-INT", $"{process.Id}"]);
        await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    private JsonNode Read(string name) => JsonNode.Parse(File.ReadAllText(folder[name]))!;
}
