using System.Runtime.InteropServices;
using TorchSharp;

namespace AnomalyLab.Native;

/// <summary>
/// Work on libtorch's own threads. Between its operations they wait spinning for the next, so threads of .NET would have to
/// share the cores with them.
/// </summary>
/// <remarks>
/// On Linux libtorch's threads are GCC's OpenMP team, which <c>GOMP_parallel</c> calls together (libgomp's ABI: a function, its
/// argument, the number of threads, flags). Elsewhere .NET's threads do the work.
/// </remarks>
internal static unsafe class ComputeTeam
{
    private static readonly delegate* unmanaged<delegate* unmanaged<nint, void>, nint, uint, uint, void> Gather = FindGather();

    /// <summary>Does each part once, on as many threads as libtorch computes with, and returns when all are done.</summary>
    /// <param name="parts">How many parts.</param>
    /// <param name="part">Does the part of this number, counted from 0; it must not throw.</param>
    public static void Run(int parts, Action<int> part)
    {
        if (parts == 0)
            return;
        var threads = Math.Min(parts, torch.get_num_threads());
        if (Gather == null)
        {
            Parallel.For(0, parts, new ParallelOptions { MaxDegreeOfParallelism = threads }, part);
            return;
        }

        var work = GCHandle.Alloc(new Work(parts, part));
        Gather(&Join, GCHandle.ToIntPtr(work), (uint)threads, 0);
        work.Free();
    }

    [UnmanagedCallersOnly]
    private static void Join(nint work) => ((Work)GCHandle.FromIntPtr(work).Target!).DoSome();

    private static delegate* unmanaged<delegate* unmanaged<nint, void>, nint, uint, uint, void> FindGather() =>
        (delegate* unmanaged<delegate* unmanaged<nint, void>, nint, uint, uint, void>)(
            OperatingSystem.IsLinux()
            && NativeLibrary.TryLoad("libtorch_cpu.so", typeof(ComputeTeam).Assembly, null, out var libtorch)
            && NativeLibrary.TryGetExport(libtorch, "GOMP_parallel", out var gather) ? gather : 0);

    private sealed class Work(int parts, Action<int> part)
    {
        private int next = -1;

        public void DoSome()
        {
            while (Interlocked.Increment(ref next) is var mine && mine < parts)
                part(mine);
        }
    }
}
