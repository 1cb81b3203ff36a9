using System.Runtime.InteropServices;

namespace NotebookKernel.Jupyter;

/// <summary>SIGINT, with which front ends interrupt a cell.</summary>
internal static class Interrupts
{
    private const int Interrupt = 2; // SIGINT
    private const nint Default = 0; // SIG_DFL

    /// <summary>
    /// Lets the signal in, and .NET handle it. A process that a shell starts in the background, such as a server, ignores
    /// it, and so do all its children; .NET leaves that as it is.
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
