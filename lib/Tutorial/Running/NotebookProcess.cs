using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using NotebookKernel.Running;

namespace Tutorial.Running;

/// <summary>How a notebook's process ended.</summary>
/// <param name="Status">How.</param>
/// <param name="Seconds">After how long.</param>
/// <param name="Failure">The cell at which it ended early; <c>null</c> where there is none.</param>
/// <param name="PeakBytes">The most memory it held; 0 where the system does not tell.</param>
/// <param name="Complaint">Why the process ended without saying how the notebook went; <c>null</c> where it said so.</param>
internal sealed record NotebookOutcome(NotebookStatus Status, double Seconds, CellFailure? Failure, long PeakBytes, string? Complaint = null)
{
    /// <summary>What stopped it, in a sentence; <c>null</c> where nothing did.</summary>
    public string? Sentence => Failure is { Cell: var cell, Error: { Line: var line, Name: var name, Message: var message } }
        ? $"Cell {cell}{(line is null ? "" : $", line {line}")}: {name}: {message}"
        : Complaint;
}

/// <summary>Executes notebooks, each in a process of its own, so that its memory is freed at its end.</summary>
/// <param name="command">The program and its first arguments, to which <c>execute INPUT OUTPUT …</c> is added.</param>
/// <param name="outputFolder">What the notebooks find in <c>ANOMALYLAB_OUTPUT</c>: where checkpoints and pictures go.</param>
/// <param name="language">What the notebooks find in <c>ANOMALYLAB_LANGUAGE</c>.</param>
/// <param name="time">The clock.</param>
internal sealed class NotebookProcess(IReadOnlyList<string> command, string outputFolder, string language, TimeProvider time)
{
    /// <summary>How long a process may take to write its notebook after it was asked to end; NotebookKernel gives the running cell 5 seconds.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(15);

    /// <summary>
    /// A terminal sends Ctrl-C to the process by itself, and NotebookKernel treats a second signal as an order to stop at once.
    /// So the process is only signalled again if no terminal has done so, or if it does not seem to react.
    /// </summary>
    private static TimeSpan BeforeTelling => Console.IsInputRedirected ? TimeSpan.Zero : TimeSpan.FromSeconds(7);

    /// <summary>NotebookKernel, which is built beside this program.</summary>
    public static IReadOnlyList<string> Kernel =>
        [Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", Path.Combine(AppContext.BaseDirectory, "NotebookKernel.dll")];

    /// <summary>Executes a notebook.</summary>
    /// <param name="input">The notebook's file.</param>
    /// <param name="executed">Where it goes with its outputs, also when it fails.</param>
    /// <param name="parameters">Parameters to set.</param>
    /// <param name="limit">The time limit.</param>
    /// <param name="onEvent">Is told every event, in order.</param>
    /// <param name="cancel">Asks the process to end, and ends it where it does not.</param>
    public async Task<NotebookOutcome> ExecuteAsync(string input, string executed, IEnumerable<KeyValuePair<string, string>> parameters,
        TimeSpan? limit, Action<RunEvent> onEvent, CancellationToken cancel)
    {
        List<string> arguments = [.. command.Skip(1), "execute", input, executed];
        foreach (var (name, value) in parameters)
            arguments.AddRange(["--set", $"{name}={value}"]);
        if (limit is { } span)
            arguments.AddRange(["--timeout", RunOptions.Text(span)]);
        arguments.AddRange(["--progress", "json"]);

        var start = time.GetTimestamp();
        using var process = Process.Start(new ProcessStartInfo(command[0], arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
            Environment = { ["ANOMALYLAB_OUTPUT"] = outputFolder, ["ANOMALYLAB_LANGUAGE"] = language, ["MVTEC_AD_ROOT"] = MvtecRoot },
        })!;
        process.StandardInput.Close(); // a cell that asks a question gets no answer instead of waiting for ever
        var complaints = process.StandardError.ReadToEndAsync(CancellationToken.None);

        using CancellationTokenSource telling = new(), killing = new();
        using var tell = telling.Token.Register(() => Tell(process));
        using var kill = killing.Token.Register(() => Kill(process));
        using var cancelling = cancel.Register(() =>
        {
            telling.CancelAfter(BeforeTelling);
            killing.CancelAfter(Grace);
        });

        RunFinished? finished = null;
        long peak = 0;
        using var sampling = new Timer(_ => Interlocked.Exchange(ref peak, Math.Max(peak, PeakOf(process.Id))), null, TimeSpan.Zero, TimeSpan.FromSeconds(0.2));
        while (await process.StandardOutput.ReadLineAsync(CancellationToken.None) is { } line)
        {
            var @event = RunEvent.Parse(line);
            finished = @event as RunFinished ?? finished;
            onEvent(@event);
        }
        await process.WaitForExitAsync(CancellationToken.None);

        // A notebook that could not be written counts as failed.
        if (finished is not null && (finished.Status != NotebookStatus.Ok || process.ExitCode == 0))
            return new(finished.Status, finished.Seconds, finished.Failure, peak);
        var seconds = time.GetElapsedTime(start).TotalSeconds;
        if (cancel.IsCancellationRequested)
            return new(NotebookStatus.Cancelled, seconds, null, peak);
        var last = string.Join('\n', (await complaints).TrimEnd().Split('\n').TakeLast(20));
        return new(NotebookStatus.Failed, seconds, null, peak, process.ExitCode == 2
            ? last
            : $"The notebook's process ended by itself with exit code {process.ExitCode}. {(last.Length == 0 ? "It said nothing; it may have run out of memory." : $"Its last words:\n{last}")}");
    }

    private static long PeakOf(int id)
    {
        try
        {
            using var process = Process.GetProcessById(id);
            return process.PeakWorkingSet64;
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException)
        {
            return 0; // it has just ended
        }
    }

    private static void Tell(Process process)
    {
        if (!OperatingSystem.IsWindows() && !process.HasExited)
            _ = SendSignal(process.Id, 15); // SIGTERM
    }

    private static void Kill(Process process)
    {
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (Exception e) when (e is InvalidOperationException or Win32Exception)
        {
            // It has just ended.
        }
    }

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SendSignal(int process, int signal);

    /// <summary>Made absolute, because the notebook runs in another folder.</summary>
    private static string? MvtecRoot =>
        Environment.GetEnvironmentVariable("MVTEC_AD_ROOT") is { Length: > 0 } root ? Path.GetFullPath(root) : null;
}
