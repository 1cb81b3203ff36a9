using System.Runtime.InteropServices;

namespace NotebookKernel;

/// <summary>How this process ends.</summary>
internal static class ProcessEnd
{
    /// <summary>
    /// Ends the process. Threads that a cell left behind must not keep it alive. And a cell that was stopped may still
    /// be in native code, which crashes if its library shuts down meanwhile (libtorch's does). Windows ends the threads
    /// first; elsewhere the process ends without shutting anything down.
    /// </summary>
    public static void Now(int code)
    {
        if (OperatingSystem.IsWindows())
            Environment.Exit(code);
        Exit(code);
    }

    /// <summary>Makes sure that the exit code is not 0 if anything else ends the process, such as native code that calls <c>exit(0)</c>.</summary>
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
