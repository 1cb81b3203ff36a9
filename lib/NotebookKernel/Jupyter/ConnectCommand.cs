using System.CommandLine;
using System.Runtime.ExceptionServices;
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
    /// Does once what a first cell and a first completion would otherwise wait for: mostly, .NET compiles the compiler's
    /// own code. In sessions of their own, so that nothing of it is seen.
    /// </summary>
    private static Task WarmUpAsync()
    {
        var folder = Directory.GetCurrentDirectory();
        return Task.WhenAll(Task.Run(() => new Session(folder).ExecuteAsync("1", _ => { })), Task.Run(HelpAsync));

        async Task HelpAsync()
        {
            const string code = "Console.WriteLine(1)";
            using var language = new LanguageService(new Session(folder));
            await language.CompleteAsync(code, code.IndexOf('W', StringComparison.Ordinal));
            await language.InspectAsync(code, code.Length - 1);
        }
    }

    /// <summary>Serves until the front end asks for a shutdown, or has disappeared.</summary>
    private static async Task ServeAsync(ConnectionFile connection)
    {
        var log = OutsideWriter.Error();
        // Front ends start a kernel in the notebook's folder.
        var session = new Session(Directory.GetCurrentDirectory(), ProcessOutput.Redirect());
        ExceptionHandling.SetUnhandledExceptionHandler(session.ShowUnhandled);
        using var kernel = new JupyterKernel(connection, session, TimeProvider.System, log);
        Interrupts.Allow();
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
        _ = WarmUpAsync();
        var parent = ParentProcess.WaitForEndAsync(end.Token);
        await Task.WhenAny(kernel.RunAsync(end.Token), parent);
    }
}
