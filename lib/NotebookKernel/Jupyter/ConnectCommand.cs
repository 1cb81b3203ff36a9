using System.CommandLine;
using System.Runtime.InteropServices;
using NetMQ;
using NotebookKernel.Language;
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

    /// <summary>
    /// Does once what a first cell and a first completion would otherwise wait for: most of it is compiling the
    /// compiler. In a session of its own, so that nothing of it is seen.
    /// </summary>
    private static async Task WarmUpAsync()
    {
        const string code = "Console.WriteLine(1)";
        var session = new Session(Directory.GetCurrentDirectory());
        await session.ExecuteAsync("1", _ => { });
        using var language = new LanguageService(session);
        await language.CompleteAsync(code, code.IndexOf('W', StringComparison.Ordinal));
        await language.InspectAsync(code, code.IndexOf('W', StringComparison.Ordinal));
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
        _ = Task.Run(WarmUpAsync);
        var parent = ParentProcess.WaitForEndAsync(end.Token);
        await Task.WhenAny(kernel.RunAsync(end.Token), parent);
    }
}
