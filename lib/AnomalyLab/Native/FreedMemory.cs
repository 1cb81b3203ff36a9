using System.Runtime.InteropServices;

namespace AnomalyLab.Native;

/// <summary>What the C library does with memory that tensors give back.</summary>
internal static partial class FreedMemory
{
    // glibc, malloc.h
    private const int TrimThreshold = -1, MmapMax = -4;

    /// <summary>
    /// Keeps it for the next tensors. By default glibc returns large pieces to the system at once, and every training
    /// step then waits for the system to clear hundreds of megabytes of new pages; that is more than half of its time.
    /// Does nothing where the C library is another one.
    /// </summary>
    public static void Keep()
    {
        if (!OperatingSystem.IsLinux())
            return;
        try
        {
            _ = mallopt(MmapMax, 0);
            _ = mallopt(TrimThreshold, int.MaxValue);
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
        {
            // musl
        }
    }

    [LibraryImport("libc.so.6")]
    private static partial int mallopt(int parameter, int value);
}
