using System.Numerics;
using System.Runtime.InteropServices;

namespace AnomalyLab.Data;

/// <summary>Gaussian blur of square images in managed memory; the border goes on outside.</summary>
internal static class Bell
{
    /// <param name="values">side × side × channels numbers.</param>
    /// <param name="side">Height and width in pixels.</param>
    /// <param name="channels">Numbers a pixel.</param>
    /// <param name="deviation">The bell's standard deviation in pixels; it is cut off after three.</param>
    public static float[] Blur(float[] values, int side, int channels, float deviation)
    {
        var radius = (int)MathF.Ceiling(3 * deviation);
        var weights = Enumerable.Range(-radius, 2 * radius + 1).Select(d => MathF.Exp(-d * d / (2 * deviation * deviation))).ToArray();
        var sum = weights.Sum();
        for (var i = 0; i < weights.Length; i++)
            weights[i] /= sum;

        var line = side * channels;
        var rows = new float[values.Length];
        var padded = new float[(side + 2 * radius) * channels];
        for (var y = 0; y < side; y++)
        {
            for (var x = -radius; x < side + radius; x++)
                values.AsSpan(y * line + Math.Clamp(x, 0, side - 1) * channels, channels).CopyTo(padded.AsSpan((x + radius) * channels));
            var row = rows.AsSpan(y * line, line);
            for (var i = 0; i < weights.Length; i++)
                Add(padded.AsSpan(i * channels, line), weights[i], row);
        }
        var blurred = new float[values.Length];
        for (var y = 0; y < side; y++)
        {
            var row = blurred.AsSpan(y * line, line);
            for (var i = 0; i < weights.Length; i++)
                Add(rows.AsSpan(Math.Clamp(y + i - radius, 0, side - 1) * line, line), weights[i], row);
        }
        return blurred;
    }

    private static void Add(ReadOnlySpan<float> values, float weight, Span<float> sums)
    {
        var wide = MemoryMarshal.Cast<float, Vector<float>>(sums);
        var wideValues = MemoryMarshal.Cast<float, Vector<float>>(values);
        for (var i = 0; i < wide.Length; i++)
            wide[i] += weight * wideValues[i];
        for (var i = wide.Length * Vector<float>.Count; i < sums.Length; i++)
            sums[i] += weight * values[i];
    }
}
