namespace AnomalyLab.Evaluation;

/// <summary>Sorting of tens of millions of numbers: five to ten times as fast as comparing them, for as much memory again.</summary>
internal static class RadixSort
{
    private const int Bits = 11, Buckets = 1 << Bits; // 11 + 11 + 10 bits; 2048 places to write to stay in the cache

    /// <summary>Sorts in rising order, by the lowest bits first, each pass keeping the order of the one before.</summary>
    /// <param name="keys">The numbers.</param>
    public static void Sort(uint[] keys)
    {
        var (from, to) = (keys, new uint[keys.Length]);
        for (var shift = 0; shift < 32; shift += Bits)
        {
            var next = new int[Buckets + 1];
            foreach (var key in from)
                next[(key >> shift & Buckets - 1) + 1]++;
            for (var bucket = 1; bucket < Buckets; bucket++)
                next[bucket] += next[bucket - 1];
            foreach (var key in from)
                to[next[key >> shift & Buckets - 1]++] = key;
            (from, to) = (to, from);
        }
        if (from != keys)
            from.CopyTo(keys, 0);
    }
}
