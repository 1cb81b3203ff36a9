using static TorchSharp.torch;

namespace AnomalyLab.Models;

/// <summary>
/// A uniform random sample of a stream of patches: each patch is equally likely to be in it, however many come, and only the
/// sample is kept in memory.
/// </summary>
/// <remarks>Vitter, "Random Sampling with a Reservoir", ACM TOMS 1985, algorithm R.</remarks>
internal sealed class PatchSample(int capacity, int seed) : IDisposable
{
    private readonly Random random = new(seed);
    private Tensor? rows;
    private long seen;

    /// <summary>The sample so far, [at most capacity, D]; a view that stays this object's.</summary>
    public Tensor Rows => rows!.narrow(0, 0, Math.Min(seen, capacity));

    /// <summary>Whether no patch has come yet.</summary>
    public bool IsEmpty => rows is null;

    /// <summary>Adds patches, [n, D]; they stay the caller's.</summary>
    public void Add(Tensor patches)
    {
        using var scope = NewDisposeScope();
        rows ??= empty([capacity, patches.shape[1]], device: patches.device).DetachFromDisposeScope();
        var patchOf = new Dictionary<long, long>(); // by row
        for (var i = 0L; i < patches.shape[0]; i++, seen++)
        {
            var row = seen < capacity ? seen : random.NextInt64(seen + 1);
            if (row < capacity)
                patchOf[row] = i;
        }
        if (patchOf.Count > 0)
            rows.index_copy_(0, tensor(patchOf.Keys.ToArray(), device: rows.device), patches.index_select(0, tensor(patchOf.Values.ToArray(), device: rows.device)));
    }

    /// <inheritdoc/>
    public void Dispose() => rows?.Dispose();
}
