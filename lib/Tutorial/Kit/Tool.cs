using System.ComponentModel;
using System.Diagnostics;

namespace Tutorial.Kit;

/// <summary>Other programs.</summary>
internal static class Tool
{
    /// <summary>Runs a program and keeps what it says.</summary>
    /// <param name="program">Its name.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="folder">Where it runs.</param>
    /// <param name="cancel">Ends it.</param>
    /// <exception cref="TutorialException">There is no such program.</exception>
    public static async Task<(int Code, string Output)> RunAsync(string program, IEnumerable<string> arguments, string folder, CancellationToken cancel)
    {
        using var process = Start(new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true });
        var says = Task.WhenAll(process.StandardOutput.ReadToEndAsync(cancel), process.StandardError.ReadToEndAsync(cancel));
        await EndAsync(process, cancel);
        return (process.ExitCode, string.Concat(await says));
    }

    /// <summary>Runs a program that speaks for itself.</summary>
    /// <param name="start">The program.</param>
    /// <param name="cancel">Ends it.</param>
    /// <returns>Its exit code.</returns>
    /// <exception cref="TutorialException">There is no such program.</exception>
    public static async Task<int> ShowAsync(ProcessStartInfo start, CancellationToken cancel)
    {
        using var process = Start(start);
        await EndAsync(process, cancel);
        return process.ExitCode;
    }

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception)
        {
            throw new TutorialException($"The command {start.FileName} is not found. Install it, and try again.");
        }
    }

    private static async Task EndAsync(Process process, CancellationToken cancel)
    {
        try
        {
            await process.WaitForExitAsync(cancel);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }
}
