using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Tutorial.Tests.Hub;

/// <summary>Debian's JupyterHub on the loopback address.</summary>
internal sealed class HubServer : IAsyncDisposable
{
    private readonly StringBuilder log = new();
    private readonly int[] ports = FreePorts(3);
    private readonly Process process;

    private HubServer(HubCourse course) => process = Process.Start(new ProcessStartInfo("jupyterhub", ["--config", "jupyterhub_config.py"])
    {
        WorkingDirectory = course.Configure(ports),
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    })!;

    /// <summary>What the hub has said so far.</summary>
    public string Log
    {
        get
        {
            lock (log)
                return log.ToString();
        }
    }

    public static async Task<HubServer> StartAsync(HubCourse course)
    {
        var server = new HubServer(course);
        var ready = new TaskCompletionSource();
        server.process.OutputDataReceived += (_, line) => server.Hear(line.Data, ready);
        server.process.ErrorDataReceived += (_, line) => server.Hear(line.Data, ready);
        server.process.BeginOutputReadLine();
        server.process.BeginErrorReadLine();
        await Task.WhenAny(ready.Task, server.process.WaitForExitAsync());
        Assert.True(ready.Task.IsCompleted, $"jupyterhub ended instead of serving:\n{server.Log}");
        return server;
    }

    public string AddressOf(string path) => $"http://127.0.0.1:{ports[0]}/hub/{path}";

    // As an administrator ends it: the hub takes its proxy and all servers with it.
    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            await HubCourse.RunAsync("kill", ["-TERM", $"{process.Id}"]);
            await Task.WhenAny(process.WaitForExitAsync(), Task.Delay(TimeSpan.FromMinutes(1)));
        }
        if (!process.HasExited)
            process.Kill(entireProcessTree: true);
        process.Dispose();
    }

    private void Hear(string? line, TaskCompletionSource ready)
    {
        lock (log)
            log.AppendLine(line);
        if (line?.Contains("JupyterHub is now running", StringComparison.Ordinal) == true)
            ready.TrySetResult();
    }

    private static int[] FreePorts(int count)
    {
        TcpListener[] listeners = [.. Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0))];
        foreach (var listener in listeners)
            listener.Start();
        int[] ports = [.. listeners.Select(listener => ((IPEndPoint)listener.LocalEndpoint).Port)];
        foreach (var listener in listeners)
            listener.Dispose();
        return ports;
    }
}
