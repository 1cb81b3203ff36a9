namespace AnomalyLab.Training.Painting;

/// <summary>Random values that change smoothly over an image: clouds, with mean 0.</summary>
internal static class SmoothNoise
{
    /// <summary>Normal values on a grid, and between them a smooth surface.</summary>
    /// <param name="random">Decides the values.</param>
    /// <param name="side">Height and width in pixels.</param>
    /// <param name="cells">How many independent values lie along a side: few for wide clouds, many for fine grain.</param>
    /// <returns>side × side values.</returns>
    public static float[] One(Random random, int side, int cells)
    {
        var knots = new float[(cells + 1) * (cells + 1)];
        for (var i = 0; i < knots.Length; i++)
            knots[i] = random.Normal();
        var (from, part) = (new int[side], new float[side]);
        for (var i = 0; i < side; i++)
        {
            var at = (i + 0.5f) * cells / side;
            from[i] = (int)at;
            var t = at - from[i];
            part[i] = t * t * (3 - 2 * t);
        }

        var noise = new float[side * side];
        var row = new float[cells + 1];
        for (var y = 0; y < side; y++)
        {
            var top = from[y] * (cells + 1);
            for (var i = 0; i <= cells; i++)
                row[i] = knots[top + i] + (knots[top + cells + 1 + i] - knots[top + i]) * part[y];
            for (var x = 0; x < side; x++)
                noise[y * side + x] = row[from[x]] + (row[from[x] + 1] - row[from[x]]) * part[x];
        }
        return noise;
    }

    /// <summary>Noise with up to two finer layers over it, each of twice as many cells.</summary>
    /// <inheritdoc cref="One"/>
    public static float[] Layered(Random random, int side, int cells)
    {
        var noise = One(random, side, cells);
        for (var layer = random.Next(3); layer > 0; layer--)
        {
            cells = Math.Min(cells * 2, side);
            var (finer, strength) = (One(random, side, cells), random.Between(0.2f, 0.6f));
            for (var i = 0; i < noise.Length; i++)
                noise[i] += strength * finer[i];
        }
        return noise;
    }
}
