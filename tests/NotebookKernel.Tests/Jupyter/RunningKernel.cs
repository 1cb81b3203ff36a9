using System.Text.Json.Nodes;
using NotebookKernel.Jupyter;

namespace NotebookKernel.Tests.Jupyter;

/// <summary>A kernel in this process and a front end that is connected to it.</summary>
internal sealed class RunningKernel : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly CancellationTokenSource stop = new();
    private readonly JupyterKernel kernel;

    public RunningKernel(string key = "a key", TimeProvider? clock = null)
    {
        Connection = JupyterClient.Connection(key);
        var file = folder.Write("connection.json", Connection.ToJsonString());
        kernel = new JupyterKernel(ConnectionFile.Load(file), new Sessions.Session(folder.Path), clock ?? TimeProvider.System, Log);
        Ended = kernel.RunAsync(stop.Token);
        Client = new JupyterClient(Connection);
        Client.WaitUntilReady();
    }

    /// <summary>The notebook's folder.</summary>
    public string Folder => folder.Path;

    public JsonObject Connection { get; }

    public JupyterClient Client { get; }

    public StringWriter Log { get; } = new();

    /// <summary>Ends when the kernel has ended.</summary>
    public Task Ended { get; }

    public void Dispose()
    {
        stop.Cancel();
        Client.Dispose();
        Ended.Wait(TestContext.Current.CancellationToken);
        kernel.Dispose();
        stop.Dispose();
        folder.Dispose();
    }
}
