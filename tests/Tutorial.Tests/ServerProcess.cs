using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Tutorial.Tests;

/// <summary>A server that was started for a test, and what it has said.</summary>
internal sealed class ServerProcess : IDisposable
{
    private readonly StringBuilder log = new();

    private ServerProcess(Process process) => Process = process;

    public Process Process { get; }

    /// <summary>What the server has said so far.</summary>
    public string Log
    {
        get
        {
            lock (log)
                return log.ToString();
        }
    }

    /// <summary>Waits until the server says that it serves.</summary>
    /// <param name="process">The server, its output and errors redirected; owned from now on.</param>
    /// <param name="ready">What is in the line that says so.</param>
    public static async Task<ServerProcess> ServingAsync(Process process, string ready)
    {
        var server = new ServerProcess(process);
        var serving = new TaskCompletionSource();
        process.OutputDataReceived += Hear;
        process.ErrorDataReceived += Hear;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        await Task.WhenAny(serving.Task, process.WaitForExitAsync());
        Assert.True(serving.Task.IsCompleted, $"{process.StartInfo.FileName} ended instead of serving:\n{server.Log}");
        return server;

        void Hear(object sender, DataReceivedEventArgs said)
        {
            lock (server.log)
                server.log.AppendLine(said.Data);
            if (said.Data?.Contains(ready, StringComparison.Ordinal) == true)
                serving.TrySetResult();
        }
    }

    /// <summary>Ports of the loopback address on which nothing listens.</summary>
    public static int[] FreePorts(int count)
    {
        TcpListener[] listeners = [.. Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0))];
        foreach (var listener in listeners)
            listener.Start();
        int[] ports = [.. listeners.Select(listener => ((IPEndPoint)listener.LocalEndpoint).Port)];
        foreach (var listener in listeners)
            listener.Dispose();
        return ports;
    }

    public void Dispose()
    {
        if (!Process.HasExited)
        {
            Process.Kill(entireProcessTree: true);
            Process.WaitForExit();
        }
        Process.Dispose();
    }
}
