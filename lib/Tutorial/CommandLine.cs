using System.CommandLine;
using System.Runtime.InteropServices;
using NotebookKernel.Notebooks;
using Spectre.Console;
using Tutorial.Data;
using Tutorial.Doctor;
using Tutorial.Inspection;
using Tutorial.Kernels;
using Tutorial.Kit;
using Tutorial.Progress;
using Tutorial.Running;

namespace Tutorial;

/// <summary>The command line: run the course, check the machine, install data and the kernel, inspect pictures.</summary>
/// <param name="repository">The repository's folder.</param>
/// <param name="mvtecRoot">The folder with MVTec AD's categories, if it is not the repository's <c>data/mvtec</c>: the environment variable <c>MVTEC_AD_ROOT</c>.</param>
/// <param name="console">Where to show what happens.</param>
/// <param name="time">The clock.</param>
internal sealed class CommandLine(string repository, string? mvtecRoot, IAnsiConsole console, TimeProvider time)
{
    private const string NoMemory = "There is not enough memory for this: close other programs, or ask for less (fewer or smaller pictures).";

    /// <summary>Does what the arguments say.</summary>
    /// <param name="arguments">The arguments.</param>
    /// <param name="cancel">Ends it early, as Ctrl-C does.</param>
    /// <returns>0 if all went well, 1 if something failed, 2 if the arguments were wrong, 3 if it was cancelled or ran out of time.</returns>
    public async Task<int> InvokeAsync(IReadOnlyList<string> arguments, CancellationToken cancel = default)
    {
        var running = new RunCommand(repository, console, time);
        var run = new Command("run", "Run the course's notebooks in order and leave them, a site and results.json.");
        running.AddTo(run);
        var root = new RootCommand("Runs the course, checks this machine, installs data and the kernel, inspects your own pictures. Without a verb it runs the course.")
        {
            run, new DoctorCommand(new MachineChecks(repository, mvtecRoot, time), console).Create(), new DataCommand(repository, mvtecRoot, console).Create(),
            new KernelCommand(repository, console).Create(), new InspectCommand(console).Create(),
            new KitCommand(repository, console).Create(), new ProgressCommand(console).Create(),
        };
        running.AddTo(root);

        var writer = console.Profile.Out.Writer;
        var parsed = root.Parse(arguments);
        try
        {
            var code = await parsed.InvokeAsync(new()
            {
                Output = writer,
                Error = writer,
                EnableDefaultExceptionHandler = false,
                // Long enough for a notebook to be written after Ctrl-C, and the site and results.json after it.
                ProcessTerminationTimeout = TimeSpan.FromSeconds(30),
            }, cancel);
            return parsed.Errors.Count > 0 ? 2 : code;
        }
        catch (Exception e)
        {
            var (code, says) = Explained(e);
            writer.WriteLine(says);
            return code;
        }
    }

    /// <summary>Turns every exception into an exit code and a sentence, in one place.</summary>
    internal (int Code, string Says) Explained(Exception error) => error switch
    {
        AggregateException { InnerExceptions: [var first, ..] } => Explained(first), // from parallel work
        TypeInitializationException { InnerException: { } inner } => Explained(inner),
        TutorialException or NotebookException => (2, error.Message),
        OperationCanceledException => (3, "Cancelled."),
        IOException or UnauthorizedAccessException or InvalidDataException or ArgumentException or InvalidOperationException => (1, error.Message),
        OutOfMemoryException => (1, NoMemory),
        ExternalException when error.Message.Contains("DefaultCPUAllocator", StringComparison.Ordinal) || error.Message.Contains("out of memory", StringComparison.Ordinal) => (1, NoMemory), // libtorch's
        DllNotFoundException => (1, $"A native library could not be loaded ({FirstLine(error)}): the verb doctor says what is missing."),
        _ => (1, $"This should not have happened: {FirstLine(error)} ({error.GetType().Name}). {Kept(error)}"),
    };

    private string Kept(Exception error)
    {
        var file = Path.Combine(Path.GetTempPath(), $"anomalylab-error-{time.GetUtcNow():yyyyMMdd-HHmmss}.txt");
        try
        {
            File.WriteAllText(file, error.ToString());
            return $"Please report it, with {file}.";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "Please report it.";
        }
    }

    private static string FirstLine(Exception error) => error.Message.Split('\n')[0].Trim();
}
