using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace AnomalyLab.Native;

/// <summary>How Linux hands out the memory of tensors.</summary>
internal static partial class TensorMemory
{
    private const int MmapThreshold = -3; // M_MMAP_THRESHOLD, glibc's malloc.h

    /// <summary>
    /// A training step takes hundreds of megabytes from the system and gives them back. In pages of 4 KiB, clearing them
    /// takes as long as the arithmetic, so libtorch is told to ask for pages of 2 MiB; it reads the variable when it
    /// makes its first tensor (c10/core/impl/alloc_cpu.cpp), from the C library's environment, which .NET's own does not
    /// reach. And every tensor from 1 MiB on gets pieces of its own: among smaller ones they would leave holes, and
    /// memory would grow from epoch to epoch. Values of the variable that are set already stay.
    /// </summary>
    [ModuleInitializer]
    [SuppressMessage("Usage", "CA2255", Justification = "It has to come before the first tensor, whoever makes it.")]
    internal static void Prepare()
    {
        if (!OperatingSystem.IsLinux())
            return;
        try
        {
            _ = setenv("THP_MEM_ALLOC_ENABLE", "1", overwrite: 0);
            _ = mallopt(MmapThreshold, 1 << 20);
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
        {
            // Another C library: as it was, only slower.
        }
    }

    [LibraryImport("libc.so.6", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int setenv(string name, string value, int overwrite);

    [LibraryImport("libc.so.6")]
    private static partial int mallopt(int parameter, int value);
}
