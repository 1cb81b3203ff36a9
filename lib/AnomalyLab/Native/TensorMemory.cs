using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace AnomalyLab.Native;

/// <summary>Where libtorch's memory comes from on Linux.</summary>
/// <remarks>
/// glibc gives blocks of more than 32 MiB back to the system at once, and a batch's widest activations are just over
/// that. So in every step the system clears hundreds of megabytes anew, which can take longer than the arithmetic;
/// keeping them inside glibc instead (mallopt) leaves holes, and memory doubles. Here libtorch's calls of
/// <c>posix_memalign</c> and <c>free</c> (all its tensors are made in c10/core/impl/alloc_cpu.cpp, in libc10.so) go
/// through a <see cref="MemoryPool"/>. Blocks of 2 MiB and more ask for huge pages: with small ones the same training step
/// took between .35 and 1 s, as the pages happened to lie. Elsewhere, and where libc10.so is not as expected, nothing changes.
/// </remarks>
internal static unsafe partial class TensorMemory
{
    // Smaller ones glibc keeps by itself.
    private const nuint Large = 1 << 20;
    private const nuint HugePage = 1 << 21;
    private const int UseHugePages = 14; // MADV_HUGEPAGE
    private const int OutOfMemory = 12; // ENOMEM
    private const nuint Alignment = 64; // gAlignment, c10/core/alignment.h

    private static readonly delegate* unmanaged<nint*, nuint, nuint, int> SystemMemalign;
    private static readonly delegate* unmanaged<nint, void> SystemFree;
    private static readonly MemoryPool Pool = new(Obtain, block => SystemFree(block));

    static TensorMemory()
    {
        if (!OperatingSystem.IsLinux())
            return;
        var process = NativeLibrary.GetMainProgramHandle();
        SystemMemalign = (delegate* unmanaged<nint*, nuint, nuint, int>)NativeLibrary.GetExport(process, "posix_memalign");
        SystemFree = (delegate* unmanaged<nint, void>)NativeLibrary.GetExport(process, "free");
    }

    [ModuleInitializer]
    [SuppressMessage("Usage", "CA2255", Justification = "It has to come before the first tensor, whoever makes it.")]
    internal static void Prepare()
    {
        if (!OperatingSystem.IsLinux() || !NativeLibrary.TryLoad("libc10.so", typeof(TensorMemory).Assembly, null, out var c10))
            return;
        var calls = ImportedCalls.Of(NativeLibrary.GetExport(c10, "_ZN3c109alloc_cpuEm"));
        if (calls.TryGetValue("posix_memalign", out var memalign) && calls.TryGetValue("free", out var free))
        {
            // Memory taken before is not the pool's, and goes back to the system as ever.
            *(nint*)free = (nint)(delegate* unmanaged<nint, void>)&Free;
            *(nint*)memalign = (nint)(delegate* unmanaged<nint*, nuint, nuint, int>)&Allocate;
            AppDomain.CurrentDomain.ProcessExit += (_, _) =>
            {
                // What libtorch frees at the very end finds no .NET any more.
                *(nint*)memalign = (nint)SystemMemalign;
                *(nint*)free = (nint)SystemFree;
            };
        }
    }

    /// <summary>Gives what no tensor uses back to the system: for when what comes next asks for other sizes.</summary>
    internal static void GiveBack() => Pool.Clear();

    [UnmanagedCallersOnly]
    private static int Allocate(nint* result, nuint alignment, nuint size)
    {
        if (size < Large || alignment > Alignment)
            return SystemMemalign(result, alignment, size);
        var block = Pool.Take(size);
        if (block == 0)
            return OutOfMemory;
        *result = block;
        return 0;
    }

    [UnmanagedCallersOnly]
    private static void Free(nint block)
    {
        if (!Pool.Return(block))
            SystemFree(block);
    }

    private static nint Obtain(nuint size)
    {
        nint block;
        if (SystemMemalign(&block, size < HugePage ? Alignment : HugePage, size) != 0)
            return 0;
        if (size >= HugePage)
            _ = madvise(block, size, UseHugePages);
        return block;
    }

    [LibraryImport("libc.so.6")]
    private static partial int madvise(nint address, nuint length, int advice);
}
