using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace AnomalyLab.Native;

/// <summary>Has libtorch ask Linux for large pages.</summary>
internal static partial class HugePages
{
    /// <summary>
    /// A training step takes hundreds of megabytes from the system and gives them back. In pages of 4 KiB, clearing them
    /// takes as long as the arithmetic; in pages of 2 MiB it hardly counts. libtorch reads the variable when it makes its
    /// first tensor (c10/core/impl/alloc_cpu.cpp), from the C library's environment, which .NET's own does not reach. A
    /// value that is set already stays.
    /// </summary>
    [ModuleInitializer]
    [SuppressMessage("Usage", "CA2255", Justification = "It has to come before the first tensor, whoever makes it.")]
    internal static void Ask()
    {
        if (!OperatingSystem.IsLinux())
            return;
        try
        {
            _ = setenv("THP_MEM_ALLOC_ENABLE", "1", overwrite: 0);
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
        {
            // Another C library: as it was, only slower.
        }
    }

    [LibraryImport("libc.so.6", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int setenv(string name, string value, int overwrite);
}
