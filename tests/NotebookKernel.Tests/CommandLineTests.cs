using System.Diagnostics;
using System.Text.Json.Nodes;

namespace NotebookKernel.Tests;

public sealed class CommandLineTests : IDisposable
{
    // A shell's background jobs ignore SIGINT, and so do their children, such as tests that it starts.
    private static readonly string[] start = OperatingSystem.IsLinux() ? ["env", "--default-signal=INT", "dotnet"] : ["dotnet"];

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
                ["failure"] = new JsonObject
                {
                    ["cell"] = 2,
                    ["source"] = "\nthrow new Exception(\"broken\");",
                    ["error"] = new JsonObject
                    {
                        ["name"] = "System.Exception",
                        ["message"] = "broken",
                        ["line"] = 2,
                        ["traceback"] = new JsonArray("System.Exception: broken", "   at cell 2, line 2: throw new Exception(\"broken\");"),
                    },
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
    [InlineData("--set n is not understood: write NAME=VALUE, such as --set epochs=120.", "good.ipynb", "out.ipynb", "--set", "n")]
    [InlineData("--timeout 5 is not understood: write hours, minutes and seconds, such as --timeout 00:30:00.", "good.ipynb", "out.ipynb", "--timeout", "5")]
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
        Assert.StartsWith("The notebook's time limit of 00:00:04 was reached ", error["failure"]!["error"]!["message"]!.ToString(), StringComparison.Ordinal);
        Assert.Empty(Read("out.ipynb")["cells"]![2]!["outputs"]!.AsArray());
    }

    [Fact(Timeout = 120_000)]
    public async Task Ctrl_C_stops_the_cell_and_a_second_one_ends_the_process()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Signals are sent with kill.");
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
    public async Task A_killed_run_leaves_what_it_had_and_says_where_it_broke_off()
    {
        folder.Write("in.ipynb", NotebookFile.OfCode("\"first\"", "Console.WriteLine(\"ready\");\nSystem.Threading.Thread.Sleep(-1);", "3"));
        folder.Write("out.ipynb", "earlier");
        using var process = Start("in.ipynb", "out.ipynb", "--progress", "json");

        await Saying(process, "ready");
        process.Kill();
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Equal(["first", "The process ended while this cell was running. Outputs may be missing here, and the cells after this one were not run.", ""], Enumerable.Range(0, 3).Select(LastOutput));
        Assert.Equal(["in.ipynb", "out.ipynb"], Directory.GetFiles(folder.Path).Select(Path.GetFileName).Order());
    }

    [Theory]
    [InlineData("Environment.Exit(0);", "This cell ended the process, as Environment.Exit does. The cells after it were not run.")]
    [InlineData("Task.Run(() => Environment.Exit(0));\nSystem.Threading.Thread.Sleep(-1);", "This cell ended the process, as Environment.Exit does. The cells after it were not run.")]
    [InlineData("[System.Runtime.InteropServices.DllImport(\"libc\")] static extern void exit(int code);\nexit(0);", null)]
    [InlineData("int Deeper(int n) => Deeper(n + 1) + 1;\nDeeper(0)", null)]
    [InlineData("Environment.FailFast(\"over\");", null)]
    public async Task A_run_that_a_cell_breaks_off_does_not_end_with_0_and_leaves_what_it_had(string code, string? message)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows() && code.Contains("libc", StringComparison.Ordinal), "There is no libc.");
        folder.Write("in.ipynb", NotebookFile.OfCode("\"first\"", code, "3"));
        folder.Write("out.ipynb", "earlier");

        var result = await Execute("in.ipynb", "out.ipynb");

        Assert.NotEqual(0, result.ExitCode);
        message ??= "The process ended while this cell was running. Outputs may be missing here, and the cells after this one were not run.";
        Assert.Equal(["first", message, ""], Enumerable.Range(0, 3).Select(LastOutput));
    }

    [Theory]
    [InlineData("new System.Threading.Thread(() => throw new InvalidOperationException(\"boom\")).Start();")]
    [InlineData("async void Start() { await Task.Yield(); throw new InvalidOperationException(\"boom\"); }\nStart();")]
    [InlineData("System.Threading.ThreadPool.UnsafeQueueUserWorkItem(_ => throw new InvalidOperationException(\"boom\"), null);")]
    public async Task An_exception_on_a_thread_of_the_cells_own_is_shown_and_the_run_goes_on(string code)
    {
        var wait = "\nSystem.Threading.Thread.Sleep(500);";
        folder.Write("in.ipynb", NotebookFile.OfCode(code + wait, "\"next\""));

        var result = await Execute("in.ipynb", "out.ipynb");

        Assert.Equal((0, "next"), (result.ExitCode, LastOutput(1)));
        Assert.StartsWith("Not caught, on a thread of the cell's own: System.InvalidOperationException: boom\n   at cell 1, line 1: ", LastOutput(0), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_started_programs_and_native_code_write_is_in_the_cells_output_and_in_order()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There, what started programs write cannot be taken.");
        folder.Write("in.ipynb", NotebookFile.OfCode(
            """
            using System.Diagnostics;
            [System.Runtime.InteropServices.DllImport("libc")] static extern int puts(string text);
            Console.WriteLine("one");
            Process.Start("sh", ["-c", "echo two, grüße"]).WaitForExit();
            Console.WriteLine("three");
            Console.OpenStandardOutput().Write("four\n"u8);
            puts("five");
            Process.Start("sh", ["-c", "echo six >&2"]).WaitForExit();
            "seven"
            """,
            "Process.Start(\"seq\", [\"100000\"]).WaitForExit();\nConsole.WriteLine(\"end\");"));

        var result = await Execute("in.ipynb", "out.ipynb", "--progress", "json");

        Assert.All(result.Output.TrimEnd().Split('\n'), line => JsonNode.Parse(line)); // nothing of it is in between
        Assert.Equal(("one\ntwo, grüße\nthree\nfour\nfive\n", "six\n"), (Printed("stdout"), Printed("stderr")));
        Assert.Equal(string.Concat(Enumerable.Range(1, 100_000).Select(i => $"{i}\n")) + "end\n", LastOutput(1));
        Assert.Equal("six\n", result.Error);

        string Printed(string name) => string.Concat(Read("out.ipynb")["cells"]![0]!["outputs"]!.AsArray().Where(output => output!["name"]?.ToString() == name).Select(output => Run.Text(output!["text"])));
    }

    [Fact]
    public async Task Cells_that_print_and_display_from_many_threads_while_programs_write_do_not_block_each_other()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There, what started programs write cannot be taken.");
        folder.Write("in.ipynb", NotebookFile.OfCode(
            """
            var shown = display(0);
            await Task.WhenAll(Enumerable.Range(0, 4).Select(thread => Task.Run(() =>
            {
                for (var i = 0; i < 2000; i++)
                {
                    if (thread == 0) shown.Update(i); else if (thread == 1) Console.OpenStandardOutput().Write("raw\n"u8); else Console.WriteLine("text");
                }
            })).Append(System.Diagnostics.Process.Start("seq", ["2000"]).WaitForExitAsync()));
            """));

        var result = await Execute("in.ipynb", "out.ipynb", "--progress", "json");

        Assert.Equal(0, result.ExitCode);
        var lines = LastOutput(0).Split('\n');
        Assert.Equal((4000, 2000), (lines.Count(line => line.Contains("text", StringComparison.Ordinal)), lines.Count(line => line.Contains("raw", StringComparison.Ordinal))));
    }

    [Fact]
    public async Task A_thread_that_a_cell_leaves_behind_does_not_keep_the_process()
    {
        folder.Write("in.ipynb", NotebookFile.OfCode("using System.Threading;\nnew Thread(() => Thread.Sleep(-1)).Start();"));

        Assert.Equal(0, (await Execute("in.ipynb", "out.ipynb")).ExitCode);
    }

    private sealed record Result(int ExitCode, string Output, string Error);

    private async Task<Result> Execute(params string[] arguments)
    {
        using var process = Start(arguments);
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return new Result(process.ExitCode, (await output).ReplaceLineEndings("\n"), await error);
    }

    private Process Start(params string[] arguments) => Process.Start(new ProcessStartInfo(start[0], [.. start[1..], typeof(Sessions.Session).Assembly.Location, "execute", .. arguments])
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

    /// <summary>The text of a cell's last output; empty without any.</summary>
    private string LastOutput(int cell) => Read("out.ipynb")["cells"]![cell]!["outputs"]!.AsArray().LastOrDefault() is { } output
        ? Run.Text(output["evalue"] ?? output["text"] ?? output["data"]!["text/plain"])
        : "";

    private JsonNode Read(string name) => JsonNode.Parse(File.ReadAllText(folder[name]))!;
}
