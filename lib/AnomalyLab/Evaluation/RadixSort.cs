using System.Buffers;

namespace AnomalyLab.Evaluation;

/// <summary>Sorting of millions of numbers: several times as fast as comparing them, for as much memory again.</summary>
internal static class RadixSort
{
    private const int Bits = 11, Buckets = 1 << Bits; // 11 + 11 + 10 bits; 2048 places to write to stay in the cache

    /// <summary>Sorts in rising order, by the lowest bits first, each pass keeping the order of the one before.</summary>
    /// <param name="keys">The numbers.</param>
    public static void Sort(Span<uint> keys)
    {
        var rented = ArrayPool<uint>.Shared.Rent(keys.Length);
        var from = keys;
        var to = rented.AsSpan(0, keys.Length);
        Span<int> next = stackalloc int[Buckets + 1];
        for (var shift = 0; shift < 32; shift += Bits)
        {
            next.Clear();
            foreach (var key in from)
                next[(int)(key >> shift & Buckets - 1) + 1]++;
            for (var bucket = 1; bucket < Buckets; bucket++)
                next[bucket] += next[bucket - 1];
            foreach (var key in from)
                to[next[(int)(key >> shift & Buckets - 1)]++] = key;
            var sorted = to;
            to = from;
            from = sorted;
        }
        from.CopyTo(keys); // three passes: the last one wrote into the rented array
        ArrayPool<uint>.Shared.Return(rented);
    }
}
