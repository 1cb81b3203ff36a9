namespace AnomalyLab.Course.Synthetic;

/// <summary>Numbers that look random but depend on their arguments alone.</summary>
internal static class Noise
{
    /// <summary>A well-mixed 64-bit hash: the output step of SplitMix64 (Steele, Lea and Flood, 2014).</summary>
    public static ulong Hash(ulong value)
    {
        value += 0x9e3779b97f4a7c15;
        value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9;
        value = (value ^ (value >> 27)) * 0x94d049bb133111eb;
        return value ^ (value >> 31);
    }

    /// <summary>A hash of several numbers.</summary>
    public static ulong Hash(params ReadOnlySpan<int> values)
    {
        var hash = 0ul;
        foreach (var value in values)
            hash = Hash(hash ^ (uint)value);
        return hash;
    }

    /// <summary>Smooth noise in 0..1 around a circle.</summary>
    /// <param name="seed">Which noise.</param>
    /// <param name="turn">The angle, in turns.</param>
    /// <param name="waves">How many independent values lie on one turn.</param>
    public static float Around(ulong seed, float turn, int waves) => Plane(seed, turn * waves, 0, waves);

    /// <summary>Smooth noise in 0..1 on a plane that repeats in <paramref name="u"/>.</summary>
    /// <param name="seed">Which noise.</param>
    /// <param name="u">First coordinate; one independent value a unit.</param>
    /// <param name="v">Second coordinate; one independent value a unit.</param>
    /// <param name="period">After how many units of <paramref name="u"/> the noise repeats.</param>
    public static float Plane(ulong seed, float u, float v, int period)
    {
        int column = (int)MathF.Floor(u), row = (int)MathF.Floor(v);
        float across = Smooth(u - column), down = Smooth(v - row);
        var left = (column % period + period) % period;
        var right = (left + 1) % period;
        var top = Mix(Knot(seed, left, row), Knot(seed, right, row), across);
        return down == 0 ? top : Mix(top, Mix(Knot(seed, left, row + 1), Knot(seed, right, row + 1), across), down);
    }

    /// <summary>0 below 0, 1 above 1, and a soft step between.</summary>
    public static float Smooth(float t)
    {
        t = Math.Clamp(t, 0, 1);
        return t * t * (3 - 2 * t);
    }

    /// <summary>A number between two others, uniformly distributed.</summary>
    public static float Between(this Random random, float low, float high) => Mix(low, high, random.NextSingle());

    /// <summary>A number mostly near zero, the mean of three uniform ones, and never further from it than <paramref name="limit"/>.</summary>
    public static float Within(this Random random, float limit) =>
        limit * (random.Between(-1, 1) + random.Between(-1, 1) + random.Between(-1, 1)) / 3;

    private static float Mix(float from, float to, float part) => from + (to - from) * part;

    private static float Knot(ulong seed, int column, int row) =>
        (Hash(seed + (uint)column + ((ulong)(uint)row << 32)) >> 40) * (1f / (1 << 24));
}
