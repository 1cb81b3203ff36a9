namespace AnomalyLab.Evaluation;

/// <summary>Sorting of millions of numbers: several times as fast as comparing them, for as much memory again.</summary>
internal static class RadixSort
{
    private const int Bits = 11, Buckets = 1 << Bits; // 11 + 11 + 10 bits; 2048 places to write to stay in the cache

    /// <summary>Sorts by the upper 32 bits in rising order; equal ones stay in their order, whatever the lower 32 bits are.</summary>
    /// <param name="items">The numbers.</param>
    public static void Sort(ulong[] items)
    {
        var (from, to) = (items, new ulong[items.Length]);
        for (var shift = 32; shift < 64; shift += Bits) // by the lowest bits first, each pass keeping the order of the one before
        {
            var next = new int[Buckets + 1];
            foreach (var item in from)
                next[(int)(item >> shift & Buckets - 1) + 1]++;
            for (var bucket = 1; bucket < Buckets; bucket++)
                next[bucket] += next[bucket - 1];
            foreach (var item in from)
                to[next[(int)(item >> shift & Buckets - 1)]++] = item;
            (from, to) = (to, from);
        }
        if (from != items)
            from.CopyTo(items, 0);
    }
}
