using System.Numerics;
using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace AnomalyLab.Models;

/// <summary>Chooses a few points such that every other point is near one of them.</summary>
/// <remarks>
/// Greedy: the next point is always the one farthest from those chosen so far (Gonzalez, "Clustering to minimize the maximum
/// intercluster distance", 1985; with random projections as in PatchCore, Roth et al., CVPR 2022, algorithm 1). A point's distance
/// can only fall as more are chosen, so a point that was already nearer than the current farthest need not be compared again yet.
/// The choice is the same as with comparing all points each time, for a fraction of the work, and the chosen points stay in the cache.
/// </remarks>
internal static class Coreset
{
    private const int Dimensions = 64;

    /// <summary>Chooses points.</summary>
    /// <param name="points">[n, D]; they stay the caller's.</param>
    /// <param name="count">How many to choose.</param>
    /// <param name="seed">Decides the random projection.</param>
    /// <param name="progress">Is told the fraction that has been chosen, 0..1.</param>
    /// <param name="cancellation">Ends the choice with an <see cref="OperationCanceledException"/>.</param>
    /// <returns>The chosen rows' numbers: all if there are no more points than asked for; fewer than asked for if points repeat.</returns>
    public static long[] Choose(Tensor points, int count, int seed, IProgress<double>? progress = null, CancellationToken cancellation = default)
    {
        var n = (int)points.shape[0];
        if (n <= count)
            return [.. Enumerable.Range(0, n).Select(i => (long)i)];
        using var scope = NewDisposeScope();
        var values = Projected(points, seed).data<float>().ToArray();
        ReadOnlySpan<float> At(int point) => values.AsSpan(point * Dimensions, Dimensions);

        var chosen = new List<int> { 0 };
        var places = new float[count * Dimensions];
        At(0).CopyTo(places);
        // Ordered by the squared distance to the chosen points that a point was compared with so far, largest first.
        var queue = new PriorityQueue<(int Point, int Compared), float>(n);
        queue.EnqueueRange(Enumerable.Range(1, n - 1).Select(i => ((i, 1), -Squared(At(i), At(0)))));
        while (chosen.Count < count)
        {
            cancellation.ThrowIfCancellationRequested();
            queue.TryDequeue(out var top, out var negative);
            queue.TryPeek(out _, out var next);
            var (point, compared) = top;
            while (compared < chosen.Count && negative <= next)
                negative = Math.Max(negative, -Squared(At(point), places.AsSpan(compared++ * Dimensions, Dimensions)));
            if (negative > next)
            {
                queue.Enqueue((point, compared), negative);
                continue;
            }
            if (negative == 0)
                break; // all others equal a chosen one
            At(point).CopyTo(places.AsSpan(chosen.Count * Dimensions));
            chosen.Add(point);
            progress?.Report((double)chosen.Count / count);
        }
        return [.. chosen.Select(i => (long)i)];
    }

    internal static Tensor Projected(Tensor points, int seed)
    {
        using var generator = new Generator((ulong)(uint)seed, CPU);
        var projection = randn([points.shape[1], Dimensions], generator: generator).to(points.device);
        return points.matmul(projection).cpu().contiguous();
    }

    private static float Squared(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        var left = MemoryMarshal.Cast<float, Vector<float>>(a);
        var right = MemoryMarshal.Cast<float, Vector<float>>(b);
        var sum = Vector<float>.Zero;
        for (var i = 0; i < left.Length; i++)
        {
            var difference = left[i] - right[i];
            sum += difference * difference;
        }
        return Vector.Sum(sum);
    }
}
