using System.Runtime.InteropServices;

namespace FastTorch.Memory;

/// <summary>Takes libtorch's memory from a pool, on Linux.</summary>
/// <remarks>
/// glibc returns blocks of more than 32 MiB to the system at once, and a batch's largest activations are just over that.
/// So in every step the system has to clear hundreds of megabytes again, which can take longer than the arithmetic.
/// Having glibc keep them instead (mallopt) fragments its heap, and memory doubles. Here libtorch's calls of
/// <c>posix_memalign</c> and <c>free</c> (all its tensors are made in c10/core/impl/alloc_cpu.cpp, in libc10.so) go
/// through a <see cref="MemoryPool"/>. Blocks of 2 MiB and more ask for huge pages: with small pages the same training step
/// took between 0.35 and 1 s, depending on where they happened to lie. Where libc10.so is not as expected, nothing changes.
/// </remarks>
internal static unsafe partial class TensorMemory
{
    /// <summary>What the report calls it.</summary>
    public const string What = "memory of large tensors";

    // glibc keeps smaller blocks by itself.
    private const nuint Large = 1 << 20;
    private const nuint HugePage = 1 << 21;
    private const int UseHugePages = 14; // MADV_HUGEPAGE
    private const int OutOfMemory = 12; // ENOMEM
    private const nuint Alignment = 64; // gAlignment, c10/core/alignment.h

    private static readonly MemoryPool Blocks = new(Obtain, block => systemFree(block));
    private static delegate* unmanaged<nint*, nuint, nuint, int> systemMemalign;
    private static delegate* unmanaged<nint, void> systemFree;

    /// <summary>Whether libtorch's large tensors come from the pool.</summary>
    public static bool IsPooled { get; private set; }

    /// <summary>Puts the pool between the loaded libtorch and the system.</summary>
    public static StartupStep Pool() => LoadedLibrary.Find("libc10.so") switch
    {
        [] => new(What, false, "there is no libc10.so in this process"),
        [var one] => Pool(one),
        var several => new(What, false, $"libtorch is loaded more than once, from {string.Join(" and ", several.Select(library => library.Path))}"),
    };

    /// <summary>Puts the pool between a library and the system.</summary>
    /// <param name="library">The library that calls <c>posix_memalign</c> and <c>free</c>.</param>
    internal static StartupStep Pool(LoadedLibrary library)
    {
        var calls = ImportedCalls.Of(library);
        if (Refuse(library, calls) is { } refusal)
            return new(What, false, refusal);
        nint* memalign = (nint*)calls["posix_memalign"], free = (nint*)calls["free"];
        // Memory taken before is not the pool's, and is freed as usual.
        *free = (nint)(delegate* unmanaged<nint, void>)&Free;
        *memalign = (nint)(delegate* unmanaged<nint*, nuint, nuint, int>)&Allocate;
        AppDomain.CurrentDomain.ProcessExit += (_, _) =>
        {
            // When libtorch frees memory at the very end of the process, .NET is gone.
            *memalign = (nint)systemMemalign;
            *free = (nint)systemFree;
        };
        IsPooled = true;
        return new(What, true, "kept for the next ones");
    }

    /// <summary>Returns unused memory to the system: for when other sizes will be needed next.</summary>
    public static void GiveBack() => Blocks.Clear();

    /// <summary>Why a library's memory cannot come from the pool; in that case nothing is changed.</summary>
    private static string? Refuse(LoadedLibrary library, Dictionary<string, nint> calls)
    {
        var process = NativeLibrary.GetMainProgramHandle();
        if (!NativeLibrary.TryGetExport(process, "posix_memalign", out var memalign) || !NativeLibrary.TryGetExport(process, "free", out var free))
            return "the C library has no posix_memalign or free";
        if (!calls.TryGetValue("posix_memalign", out var memalignCall) || !calls.TryGetValue("free", out var freeCall))
            return $"{library.Path} does not call posix_memalign and free as it used to";
        // A library linked with -z relro -z now keeps its table of calls in read-only pages.
        if (!LoadedLibrary.IsWritable(memalignCall) || !LoadedLibrary.IsWritable(freeCall))
            return $"the table of calls of {library.Path} is read-only (RELRO)";
        systemMemalign = (delegate* unmanaged<nint*, nuint, nuint, int>)memalign;
        systemFree = (delegate* unmanaged<nint, void>)free;
        return null;
    }

    [UnmanagedCallersOnly]
    private static int Allocate(nint* result, nuint alignment, nuint size) => Allocate(Blocks, result, alignment, size);

    [UnmanagedCallersOnly]
    private static void Free(nint block) => Free(Blocks, block);

    /// <summary>Called by C, so no exception may leave it: it would end the process. If the pool fails, the system's function is called.</summary>
    internal static int Allocate(MemoryPool pool, nint* result, nuint alignment, nuint size)
    {
        if (size < Large || alignment > Alignment)
            return systemMemalign(result, alignment, size);
        try
        {
            var block = pool.Take(size);
            if (block == 0)
                return OutOfMemory;
            *result = block;
            return 0;
        }
        catch (Exception)
        {
            return systemMemalign(result, alignment, size);
        }
    }

    /// <inheritdoc cref="Allocate(MemoryPool, nint*, nuint, nuint)"/>
    internal static void Free(MemoryPool pool, nint block)
    {
        try
        {
            if (!pool.Return(block))
                systemFree(block);
        }
        catch (Exception)
        {
            // The block is leaked: freeing it might free memory that the pool hands out again.
        }
    }

    private static nint Obtain(nuint size)
    {
        nint block;
        if (systemMemalign(&block, size < HugePage ? Alignment : HugePage, size) != 0)
            return 0;
        if (size >= HugePage)
            _ = madvise(block, size, UseHugePages);
        return block;
    }

    [LibraryImport("libc.so.6")]
    private static partial int madvise(nint address, nuint length, int advice);
}
