using System.Runtime.InteropServices;

namespace NotebookKernel;

/// <summary>How this process ends.</summary>
internal static class ProcessEnd
{
    /// <summary>
    /// Ends the process. Threads that a cell leaves behind must not keep it. And a cell that was stopped may still be
    /// deep in native code, and crashes if its library is shut down meanwhile (libtorch does). Windows ends the threads
    /// first; elsewhere the process ends without shutting anything down.
    /// </summary>
    public static void Now(int code)
    {
        if (OperatingSystem.IsWindows())
            Environment.Exit(code);
        Exit(code);
    }

    /// <summary>Sees to it that whoever else ends the process, also native code that calls <c>exit(0)</c>, ends it with another code than 0.</summary>
    public static void OtherwiseWith(int code)
    {
        if (!OperatingSystem.IsWindows())
            _ = AtExit(NativeLibrary.GetExport(NativeLibrary.Load("libc"), "_exit"), code, 0);
    }

    [DllImport("libc", EntryPoint = "_exit")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern void Exit(int code);

    // Calls a function with its argument when exit() is called: the C++ ABI's, which every libc has.
    [DllImport("libc", EntryPoint = "__cxa_atexit")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int AtExit(nint function, nint argument, nint library);
}
