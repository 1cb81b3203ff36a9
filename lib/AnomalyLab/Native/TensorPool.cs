using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace AnomalyLab.Native;

/// <summary>
/// Keeps the memory of large tensors that were freed for the next ones of the same size. A training step needs the same
/// sizes as the one before, more than a gigabyte in all; taken from Linux anew each time, clearing and mapping its pages
/// costs as much as the arithmetic. (The C library can keep it, too, but not in pieces of the same sizes: holes between
/// them make a training need nearly twice the memory.)
/// </summary>
/// <remarks>
/// libtorch offers no setting for this, so the two functions with which its allocator (c10/core/impl/alloc_cpu.cpp) asks
/// the C library for memory are led here. Every piece is the C library's, so the way back is open at any time. The state is
/// the process's, as its memory is.
/// </remarks>
internal static unsafe class TensorPool
{
    /// <summary>Smaller pieces are the C library's business.</summary>
    private const nuint Large = 1 << 20;

    private static readonly Lock Door = new();
    private static readonly List<(nint Address, nuint Size)> Kept = []; // the oldest first
    private static readonly Dictionary<nint, nuint> Given = [];
    private static readonly Lazy<bool> Installed = new(Install);
    private static delegate* unmanaged<nint*, nuint, nuint, int> allocate;
    private static delegate* unmanaged<nint, void> free;
    private static nuint given, kept, peak;

    /// <summary>Begins to keep memory, where that can be: on Linux, x64. libtorch must be loaded.</summary>
    /// <returns>Whether memory is kept.</returns>
    public static bool Use() => Installed.Value;

    private static bool Install()
    {
        if (!OperatingSystem.IsLinux() || RuntimeInformation.ProcessArchitecture != Architecture.X64)
            return false;
        var allocateSlot = ImportSlot.Find("libc10.so", "posix_memalign");
        var freeSlot = ImportSlot.Find("libc10.so", "free");
        if (allocateSlot is null || freeSlot is null || !NativeLibrary.TryLoad("libc.so.6", out var c))
            return false;
        allocate = (delegate* unmanaged<nint*, nuint, nuint, int>)NativeLibrary.GetExport(c, "posix_memalign");
        free = (delegate* unmanaged<nint, void>)NativeLibrary.GetExport(c, "free");

        *freeSlot = (nint)(delegate* unmanaged[Cdecl]<nint, void>)&Free; // first the way back
        *allocateSlot = (nint)(delegate* unmanaged[Cdecl]<nint*, nuint, nuint, int>)&Allocate;
        // At exit, the last tensors are freed when there is no .NET any more.
        AppDomain.CurrentDomain.ProcessExit += (_, _) =>
        {
            *allocateSlot = (nint)allocate;
            *freeSlot = (nint)free;
        };
        return true;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Allocate(nint* result, nuint alignment, nuint size)
    {
        if (size < Large)
            return allocate(result, alignment, size);
        lock (Door)
        {
            var found = Kept.FindLastIndex(piece => piece.Size == size && (nuint)piece.Address % alignment == 0);
            if (found >= 0)
            {
                *result = Kept[found].Address;
                Kept.RemoveAt(found);
                kept -= size;
            }
            else
            {
                ReleaseOldest(room: size);
                if (allocate(result, alignment, size) is var error && error != 0)
                    return error;
            }
            Given[*result] = size;
            given += size;
            peak = Math.Max(peak, given);
            return 0;
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Free(nint address)
    {
        lock (Door)
        {
            if (Given.Remove(address, out var size))
            {
                Kept.Add((address, size));
                given -= size;
                kept += size;
                return;
            }
        }
        free(address);
    }

    /// <summary>What is given and kept together never grows beyond five quarters of what was given at the peak.</summary>
    private static void ReleaseOldest(nuint room)
    {
        var count = 0;
        while (count < Kept.Count && given + kept + room > Math.Max(peak, given + room) / 4 * 5)
        {
            free(Kept[count].Address);
            kept -= Kept[count++].Size;
        }
        Kept.RemoveRange(0, count);
    }
}
