using System.Diagnostics;
using System.Text.Json.Nodes;

namespace NotebookKernel.Tests.Jupyter;

/// <summary>The kernel as front ends start it: a process of its own.</summary>
public sealed class KernelProcessTests : IDisposable
{
    private static readonly string program = typeof(Sessions.Session).Assembly.Location;

    private readonly TemporaryFolder folder = new();
    private readonly JsonObject connection = JupyterClient.Connection();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task The_kernel_works_in_the_folder_in_which_it_is_started_and_ends_when_told()
    {
        folder.Write("setup.csx", "var imported = 12;");
        using var kernel = Start("dotnet", program, "connect", ConnectionFile());
        using var client = new JupyterClient(connection);
        client.WaitUntilReady();
        var id = client.SendCell("#!import \"setup.csx\"\nSystem.IO.File.ReadAllText(\"setup.csx\").Length + imported");
        Assert.Equal("ok", client.Reply(id).Text("status"));
        Assert.Equal("30", client.Published(id).Single(message => message.Type == "execute_result").Content["data"]!["text/plain"]!.ToString());

        client.AskControl("shutdown_request", new JsonObject { ["restart"] = false });

        Assert.Equal(0, await ExitCode(kernel));
    }

    [Fact]
    public async Task A_kernel_in_an_endless_cell_ends_when_told()
    {
        using var kernel = Start("dotnet", program, "connect", ConnectionFile());
        using var client = new JupyterClient(connection);
        client.WaitUntilReady();
        client.Hears(client.SendCell("Console.WriteLine(\"ready\");\nwhile (true) { }"), message => message.Text("text") == "ready\n");

        client.AskControl("shutdown_request", new JsonObject { ["restart"] = true });

        Assert.Equal(0, await ExitCode(kernel));
    }

    [Fact]
    public async Task A_signal_interrupts_the_cell_and_not_the_kernel()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Signals are sent with kill.");
        using var kernel = Start("dotnet", program, "connect", ConnectionFile());
        using var client = new JupyterClient(connection);
        client.WaitUntilReady();
        var id = client.SendCell("Console.WriteLine(\"ready\");\nMicrosoft.DotNet.Interactive.KernelInvocationContext.Current.CancellationToken.WaitHandle.WaitOne();\n\"stopped\"");
        client.Hears(id, message => message.Text("text") == "ready\n");

        await Run("kill", "-INT", $"{kernel.Id}");

        Assert.Equal("ok", client.Reply(id).Text("status"));
        Assert.Equal("ok", client.Execute("1").Text("status"));
        await Run("kill", "-TERM", $"{kernel.Id}");
        Assert.Equal(0, await ExitCode(kernel));
    }

    [Fact]
    public async Task A_kernel_whose_front_end_is_gone_ends_by_itself()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There, the kernel does not notice.");
        using var frontEnd = Start("sh", "-c", "dotnet \"$0\" connect \"$1\" & echo $!; wait", program, ConnectionFile());
        using var kernel = Process.GetProcessById(int.Parse((await frontEnd.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken))!));
        using var client = new JupyterClient(connection);
        client.WaitUntilReady();
        client.Hears(client.SendCell("Console.WriteLine(\"ready\");\nwhile (true) { }"), message => message.Text("text") == "ready\n");

        frontEnd.Kill();

        await kernel.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_connection_file_that_is_missing_is_said_in_a_sentence()
    {
        using var kernel = Start("dotnet", program, "connect", "none.json");
        var error = await kernel.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);

        Assert.Equal(2, await ExitCode(kernel));
        Assert.Contains("none.json", error, StringComparison.Ordinal);
        Assert.Single(error.TrimEnd().Split('\n'));
    }

    private string ConnectionFile() => folder.Write("connection.json", connection.ToJsonString());

    private Process Start(string command, params string[] arguments) =>
        Process.Start(new ProcessStartInfo(command, arguments) { WorkingDirectory = folder.Path, RedirectStandardOutput = true, RedirectStandardError = true })!;

    private async Task Run(string command, params string[] arguments)
    {
        using var process = Start(command, arguments);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    private static async Task<int> ExitCode(Process process)
    {
        await process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
        return process.ExitCode;
    }
}
