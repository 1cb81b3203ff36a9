using System.Runtime.InteropServices;

namespace NotebookKernel.Jupyter;

/// <summary>SIGINT, with which front ends interrupt a cell.</summary>
internal static class Interrupts
{
    private const int Interrupt = 2; // SIGINT
    private const nint Default = 0; // SIG_DFL

    /// <summary>
    /// Ends the ignoring of the signal, so that .NET can handle it. A process that a shell starts in the background, such
    /// as a server, ignores it, and so do all its children; .NET by itself leaves that as it is.
    /// </summary>
    public static void Allow()
    {
        if (!OperatingSystem.IsWindows())
            _ = SetSignal(Interrupt, Default);
    }

    [DllImport("libc", EntryPoint = "signal")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern nint SetSignal(int signal, nint handler);
}
