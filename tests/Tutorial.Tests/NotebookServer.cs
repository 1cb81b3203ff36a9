using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Tutorial.Tests;

/// <summary>Debian's Jupyter Notebook, on the loopback address and with a token.</summary>
internal sealed class NotebookServer : IDisposable
{
    private readonly string token = Guid.NewGuid().ToString("N");
    private readonly int port = FreePort();
    private readonly StringBuilder log = new();
    private readonly Process process;

    private NotebookServer(JupyterCourse course) => process = course.Start("jupyter-notebook",
        "--no-browser", "--allow-root", "--ip=127.0.0.1", $"--port={port}", "--port-retries=0", $"--NotebookApp.token={token}", $"--notebook-dir={course.At("notebooks")}");

    public string Log
    {
        get
        {
            lock (log)
                return log.ToString();
        }
    }

    public static async Task<NotebookServer> StartAsync(JupyterCourse course)
    {
        var server = new NotebookServer(course);
        var ready = new TaskCompletionSource();
        server.process.OutputDataReceived += (_, line) => server.Hear(line.Data, ready);
        server.process.ErrorDataReceived += (_, line) => server.Hear(line.Data, ready);
        server.process.BeginOutputReadLine();
        server.process.BeginErrorReadLine();
        await Task.WhenAny(ready.Task, server.process.WaitForExitAsync());
        Assert.True(ready.Task.IsCompleted, $"jupyter-notebook ended instead of serving:\n{server.Log}");
        return server;
    }

    public string AddressOf(string notebook) => $"http://127.0.0.1:{port}/notebooks/{notebook}?token={token}";

    public void Dispose()
    {
        process.Kill(entireProcessTree: true);
        process.WaitForExit();
        process.Dispose();
    }

    private void Hear(string? line, TaskCompletionSource ready)
    {
        lock (log)
            log.AppendLine(line);
        if (line?.Contains("is running at", StringComparison.Ordinal) == true)
            ready.TrySetResult();
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
