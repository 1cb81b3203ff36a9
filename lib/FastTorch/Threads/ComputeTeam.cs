using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using FastTorch.Memory;
using TorchSharp;

namespace FastTorch.Threads;

/// <summary>
/// Runs work on libtorch's own threads. Between operations these spin while they wait for the next, so .NET's threads would
/// have to share the cores with them.
/// </summary>
/// <remarks>
/// On Linux libtorch's threads are GCC's OpenMP team, which <c>GOMP_parallel</c> starts (libgomp's ABI: a function, its
/// argument, the number of threads, flags). Elsewhere .NET's threads do the work.
/// </remarks>
internal static unsafe class ComputeTeam
{
    private static readonly delegate* unmanaged<delegate* unmanaged<nint, void>, nint, uint, uint, void> RunInParallel = FindRunInParallel();

    /// <summary>Runs each part once, on as many threads as libtorch computes with, and returns when all are done.</summary>
    /// <param name="parts">How many parts.</param>
    /// <param name="part">Runs the part with this number, from 0. If parts throw, <see cref="Run"/> throws the first exception at the end.</param>
    public static void Run(int parts, Action<int> part)
    {
        if (parts == 0)
            return;
        var work = new Work(parts, part);
        var threads = Math.Min(parts, torch.get_num_threads());
        if (RunInParallel == null)
        {
            Parallel.For(0, threads, _ => work.DoSome());
        }
        else
        {
            var handle = GCHandle.Alloc(work);
            RunInParallel(&DoSome, GCHandle.ToIntPtr(handle), (uint)threads, 0);
            handle.Free();
        }
        work.Error?.Throw();
    }

    [UnmanagedCallersOnly]
    private static void DoSome(nint work) => ((Work)GCHandle.FromIntPtr(work).Target!).DoSome();

    private static delegate* unmanaged<delegate* unmanaged<nint, void>, nint, uint, uint, void> FindRunInParallel() =>
        (delegate* unmanaged<delegate* unmanaged<nint, void>, nint, uint, uint, void>)(
            LoadedLibrary.Find("libtorch_cpu.so") is [var libtorch]
            && NativeLibrary.TryLoad(libtorch.Path, out var handle)
            && NativeLibrary.TryGetExport(handle, "GOMP_parallel", out var run) ? run : 0);

    private sealed class Work(int parts, Action<int> part)
    {
        private int next = -1;

        public ExceptionDispatchInfo? Error { get; private set; }

        public void DoSome()
        {
            try
            {
                while (Interlocked.Increment(ref next) is var mine && mine < parts)
                    part(mine);
            }
            catch (Exception e) // called by C: an exception that left it would end the process
            {
                lock (this)
                    Error ??= ExceptionDispatchInfo.Capture(e);
            }
        }
    }
}
