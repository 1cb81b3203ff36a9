using System.Buffers;

namespace AnomalyLab.Evaluation;

/// <summary>Sorts millions of numbers, several times faster than a comparison sort; takes as much memory again.</summary>
internal static class RadixSort
{
    private const int Bits = 11, Buckets = 1 << Bits; // three passes of 11 + 11 + 10 bits; 2048 write positions stay in the cache

    /// <summary>Sorts in rising order: a stable pass over each group of bits, the lowest bits first.</summary>
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
