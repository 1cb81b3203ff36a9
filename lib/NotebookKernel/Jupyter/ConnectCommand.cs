using System.CommandLine;
using System.Runtime.InteropServices;
using NetMQ;
using NotebookKernel.Sessions;

namespace NotebookKernel.Jupyter;

/// <summary>The command <c>connect FILE</c>: serves a Jupyter front end.</summary>
internal static class ConnectCommand
{
    public static Command Create()
    {
        var file = new Argument<string>("FILE") { Description = "The connection file that the front end has written." };
        var command = new Command("connect", "Runs as a Jupyter kernel, started by a front end.") { file };
        command.SetAction(async (arguments, _) =>
        {
            await ServeAsync(ConnectionFile.Load(arguments.GetRequiredValue(file)));
            NetMQConfig.Cleanup(); // waits until the last answer is sent
        });
        return command;
    }

    /// <summary>Serves until the front end says that it is over, or is gone itself.</summary>
    private static async Task ServeAsync(ConnectionFile connection)
    {
        // The notebook's folder is where front ends start a kernel.
        using var kernel = new JupyterKernel(connection, new Session(Directory.GetCurrentDirectory()), TimeProvider.System, Console.Error);
        using var end = new CancellationTokenSource();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal =>
        {
            signal.Cancel = true;
            kernel.Interrupt();
        });
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal =>
        {
            signal.Cancel = true;
            end.Cancel();
        });
        var parent = ParentProcess.WaitForEndAsync(end.Token);
        await Task.WhenAny(kernel.RunAsync(end.Token), parent);
    }
}
