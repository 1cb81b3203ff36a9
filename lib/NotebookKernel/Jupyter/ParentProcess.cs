using System.Runtime.InteropServices;

namespace NotebookKernel.Jupyter;

/// <summary>The process that has started this one: the front end, whose end must be noticed.</summary>
internal static class ParentProcess
{
    private static readonly TimeSpan interval = TimeSpan.FromSeconds(1);

    /// <summary>Waits until the parent process has ended. On Windows, where this cannot be detected, it waits for ever.</summary>
    public static async Task WaitForEndAsync(CancellationToken cancel)
    {
        if (OperatingSystem.IsWindows())
        {
            await Task.Delay(Timeout.Infinite, cancel);
            return;
        }

        // An orphan is given another parent.
        var parent = ParentId();
        using var timer = new PeriodicTimer(interval);
        while (ParentId() == parent)
            await timer.WaitForNextTickAsync(cancel);
    }

    [DllImport("libc", EntryPoint = "getppid")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int ParentId();
}
