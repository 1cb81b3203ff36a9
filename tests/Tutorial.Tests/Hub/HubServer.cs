using System.Diagnostics;

namespace Tutorial.Tests.Hub;

/// <summary>Debian's JupyterHub on the loopback address.</summary>
internal sealed class HubServer : IAsyncDisposable
{
    private readonly ServerProcess server;
    private readonly int port;

    private HubServer(ServerProcess server, int port) => (this.server, this.port) = (server, port);

    /// <summary>What the hub has said so far.</summary>
    public string Log => server.Log;

    public static async Task<HubServer> StartAsync(HubCourse course)
    {
        var ports = ServerProcess.FreePorts(3);
        var process = Process.Start(new ProcessStartInfo("jupyterhub", ["--config", "jupyterhub_config.py"])
        {
            WorkingDirectory = course.Configure(ports),
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        return new(await ServerProcess.ServingAsync(process, "JupyterHub is now running"), ports[0]);
    }

    public string AddressOf(string path) => $"http://127.0.0.1:{port}/hub/{path}";

    // As an administrator ends it: the hub takes its proxy and all servers with it.
    public async ValueTask DisposeAsync()
    {
        if (!server.Process.HasExited)
        {
            await HubCourse.RunAsync("kill", ["-TERM", $"{server.Process.Id}"]);
            await Task.WhenAny(server.Process.WaitForExitAsync(), Task.Delay(TimeSpan.FromMinutes(1)));
        }
        server.Dispose();
    }
}
