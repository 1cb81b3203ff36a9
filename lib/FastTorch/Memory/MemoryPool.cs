namespace FastTorch.Memory;

/// <summary>
/// Keeps large blocks of memory that were freed, and reuses them for requests of the same size or less. Each epoch requests
/// the same sizes as the one before, so after the first epoch hardly any memory comes from the system.
/// </summary>
/// <remarks>
/// The pool holds at most 1¼ times the largest amount requested at once since it was last cleared, unless blocks that were in
/// use then waste more. The extra quarter is for blocks larger than their request (used only while the quarter lasts) and for
/// unused blocks: before more is taken from the system, unused blocks go back to it, oldest first, until the quarter suffices.
/// An eighth is too little for a training in bfloat16. Safe for several threads.
/// </remarks>
/// <param name="obtain">Takes a block of at least so many bytes from the system; 0 where it has no more.</param>
/// <param name="release">Gives a block back to the system.</param>
internal sealed class MemoryPool(Func<nuint, nint> obtain, Action<nint> release)
{
    private readonly Lock gate = new();
    private readonly Dictionary<nint, (nuint Size, nuint Asked)> used = [];
    private readonly List<(nint Block, nuint Size)> unused = []; // the one freed first comes first
    private nuint held; // bytes taken from the system, in use or not
    private nuint inUse; // in sizes of blocks, not of requests
    private nuint asked;
    private nuint mostAsked;

    /// <summary>Hands out a block.</summary>
    /// <param name="size">Bytes; the block may have more.</param>
    /// <returns>The block's address; 0 where the system has no more memory.</returns>
    public nint Take(nuint size)
    {
        lock (gate)
        {
            var most = nuint.Max(mostAsked, asked + size);
            var spare = most / 4;
            var room = asked + size + spare;
            var (block, capacity) = TakeUnused(size, room > inUse ? room - inUse : 0);
            if (block == 0)
            {
                ReleaseUntil(most + spare, size);
                block = obtain(size);
                if (block == 0)
                {
                    ReleaseUntil(0, size);
                    block = obtain(size);
                }

                if (block == 0)
                    return 0;
                capacity = size;
                held += size;
            }

            used[block] = (capacity, size);
            inUse += capacity;
            asked += size;
            mostAsked = most;
            return block;
        }
    }

    /// <summary>Takes a block back.</summary>
    /// <param name="block">Its address.</param>
    /// <returns>Whether it is one of this pool's.</returns>
    public bool Return(nint block)
    {
        lock (gate)
        {
            if (!used.Remove(block, out var sizes))
                return false;
            inUse -= sizes.Size;
            asked -= sizes.Asked;
            unused.Add((block, sizes.Size));
            return true;
        }
    }

    /// <summary>Returns all unused blocks to the system, and forgets how much was requested before.</summary>
    public void Clear()
    {
        lock (gate)
        {
            ReleaseUntil(0, 0);
            mostAsked = asked;
        }
    }

    private (nint Block, nuint Size) TakeUnused(nuint size, nuint most)
    {
        var best = -1;
        for (var i = 0; i < unused.Count; i++)
        {
            if (unused[i].Size >= size && unused[i].Size <= most && (best < 0 || unused[i].Size < unused[best].Size))
                best = i;
        }

        if (best < 0)
            return default;
        var found = unused[best];
        unused.RemoveAt(best);
        return found;
    }

    private void ReleaseUntil(nuint limit, nuint size)
    {
        while (unused.Count > 0 && held + size > limit)
        {
            release(unused[0].Block);
            held -= unused[0].Size;
            unused.RemoveAt(0);
        }
    }
}
