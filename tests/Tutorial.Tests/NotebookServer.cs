namespace Tutorial.Tests;

/// <summary>Debian's Jupyter Notebook, on the loopback address and with a token.</summary>
internal sealed class NotebookServer : IDisposable
{
    private readonly ServerProcess server;
    private readonly int port;
    private readonly string token;

    private NotebookServer(ServerProcess server, int port, string token) => (this.server, this.port, this.token) = (server, port, token);

    public string Log => server.Log;

    public static async Task<NotebookServer> StartAsync(JupyterCourse course)
    {
        var (port, token) = (ServerProcess.FreePorts(1)[0], Guid.NewGuid().ToString("N"));
        var process = course.Start("jupyter-notebook",
            "--no-browser", "--allow-root", "--ip=127.0.0.1", $"--port={port}", "--port-retries=0", $"--NotebookApp.token={token}", $"--notebook-dir={course.At("notebooks")}");
        return new(await ServerProcess.ServingAsync(process, "is running at"), port, token);
    }

    public string AddressOf(string notebook) => $"http://127.0.0.1:{port}/notebooks/{notebook}?token={token}";

    public void Dispose() => server.Dispose();
}
