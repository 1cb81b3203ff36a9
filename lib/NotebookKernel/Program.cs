using System.CommandLine;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using NotebookKernel.Jupyter;
using NotebookKernel.Notebooks;
using NotebookKernel.Running;
using NotebookKernel.Sessions;

namespace NotebookKernel;

/// <summary>The command line: <c>NotebookKernel execute INPUT.ipynb OUTPUT.ipynb</c> and <c>NotebookKernel connect FILE</c>.</summary>
internal static class Program
{
    private const int Ok = 0, CellFailed = 1, UsageError = 2, Stopped = 3;

    private static readonly Argument<string> input = new("INPUT.ipynb") { Description = "The notebook." };
    private static readonly Argument<string> output = new("OUTPUT.ipynb") { Description = "Where the notebook goes with its outputs, also if a cell fails." };

    private static readonly Option<Dictionary<string, string>> set = RunOptions.Set();
    private static readonly Option<TimeSpan?> timeout = RunOptions.Timeout();

    private static readonly Option<string> progress = new("--progress") { Description = "\"json\" for one JSON object a line." };

    private static async Task Main(string[] args)
    {
        var error = OutsideWriter.Error();
        progress.AcceptOnlyFromAmong("json");
        var execute = new Command("execute", "Executes a C# notebook.") { input, output, set, timeout, progress };
        execute.SetAction((arguments, _) => ExecuteAsync(arguments));
        var arguments = new RootCommand("Executes C# notebooks, without a notebook editor and for one.") { execute, ConnectCommand.Create() }.Parse(args);
        var code = await RunAsync(arguments, error);
        ProcessEnd.Now(code);
    }

    private static async Task<int> RunAsync(ParseResult arguments, TextWriter error)
    {
        try
        {
            // Signals are handled below, by asking the running cell to stop.
            var code = await arguments.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
            return arguments.Errors.Count > 0 ? UsageError : code;
        }
        catch (Exception exception) when (exception is NotebookException or IOException or UnauthorizedAccessException)
        {
            await error.WriteLineAsync(exception.Message);
            return UsageError;
        }
    }

    private static async Task<int> ExecuteAsync(ParseResult arguments)
    {
        var source = Path.GetFullPath(arguments.GetRequiredValue(input));
        var target = Path.GetFullPath(arguments.GetRequiredValue(output));
        var notebook = Notebook.Load(source);
        Parameters.Inject(notebook, arguments.GetValue(set)!);
        Notebook.CheckWritable(target);

        // Opened before the process's output is redirected to cells.
        var outside = OutsideWriter.Output();
        IProgress<RunEvent> watcher = arguments.GetValue(progress) == "json" ? new JsonProgress(outside) : new TextProgress(outside);

        using var stop = new CancellationTokenSource();
        using var abandon = new CancellationTokenSource();
        using var processEnds = new CancellationTokenSource();
        var written = new TaskCompletionSource();
        ProcessEnd.OtherwiseWith(CellFailed);
        AppDomain.CurrentDomain.ProcessExit += OnProcessExit;
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal);

        var folder = Path.GetDirectoryName(source)!;
        Directory.SetCurrentDirectory(folder);
        var processOutput = ProcessOutput.Redirect();
        var session = new Session(folder, processOutput);
        ExceptionHandling.SetUnhandledExceptionHandler(session.ShowUnhandled);
        var runner = new NotebookRunner(TimeProvider.System) { TimeLimit = arguments.GetValue(timeout), Save = SaveSoFar, ProcessEnds = processEnds.Token };
        try
        {
            var finished = await runner.RunAsync(notebook, session, watcher, stop.Token, abandon.Token);
            notebook.Save(target);
            return finished.Status switch { NotebookStatus.Ok => Ok, NotebookStatus.Failed => CellFailed, _ => Stopped };
        }
        finally
        {
            AppDomain.CurrentDomain.ProcessExit -= OnProcessExit;
            written.SetResult();
        }

        void OnSignal(PosixSignalContext signal)
        {
            signal.Cancel = true;
            (stop.IsCancellationRequested ? abandon : stop).CancelAsync();
        }

        void SaveSoFar()
        {
            try
            {
                notebook.Save(target);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // The run goes on. If it still cannot be saved at the end, an error says so.
            }
        }

        // Called on the thread of a cell that ends the process; it waits here until the notebook is written.
        void OnProcessExit(object? sender, EventArgs e)
        {
            Environment.ExitCode = CellFailed;
            processEnds.Cancel();
            written.Task.Wait(TimeSpan.FromSeconds(10));
        }
    }
}
