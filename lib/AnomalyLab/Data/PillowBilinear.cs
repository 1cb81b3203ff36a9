using System.Buffers;
using System.Runtime.CompilerServices;

namespace AnomalyLab.Data;

/// <summary>
/// Antialiased bilinear resizing that gives the very bytes that Pillow's <c>Image.resize(size, BILINEAR)</c> gives: a
/// triangle as wide as the reduction, weights in fixed point, first along rows and then along columns, rounded to a
/// byte after each.
/// </summary>
/// <remarks>Method and constants: Pillow, src/libImaging/Resample.c.</remarks>
internal static class PillowBilinear
{
    private const int FractionBits = 32 - 8 - 2;

    /// <summary>Resizes RGBA to RGB.</summary>
    /// <param name="rgba">height × width × 4 bytes, row by row; the fourth is left out.</param>
    /// <param name="width">Pixels in a row.</param>
    /// <param name="height">Rows.</param>
    /// <param name="size">Rows and columns of the result.</param>
    /// <param name="rgb">Gets size × size × 3 bytes.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)] // a cold process resizes the most
    public static void Resize(ReadOnlySpan<byte> rgba, int width, int height, int size, Span<byte> rgb)
    {
        var columns = Weights.Of(width, size);
        var narrow = ArrayPool<byte>.Shared.Rent(height * size * 3);
        for (var y = 0; y < height; y++)
        {
            var row = rgba.Slice(y * width * 4, width * 4);
            for (var x = 0; x < size; x++)
            {
                int r = 1 << FractionBits - 1, g = r, b = r;
                var weights = columns.For(x, out var from);
                for (var i = 0; i < weights.Length; i++)
                {
                    var pixel = row.Slice((from + i) * 4, 4);
                    r += pixel[0] * weights[i];
                    g += pixel[1] * weights[i];
                    b += pixel[2] * weights[i];
                }
                var at = (y * size + x) * 3;
                (narrow[at], narrow[at + 1], narrow[at + 2]) = (ToByte(r), ToByte(g), ToByte(b));
            }
        }

        var rows = Weights.Of(height, size);
        Span<int> sums = new int[size * 3];
        for (var y = 0; y < size; y++)
        {
            sums.Fill(1 << FractionBits - 1);
            var weights = rows.For(y, out var from);
            for (var i = 0; i < weights.Length; i++)
            {
                var line = narrow.AsSpan((from + i) * size * 3, size * 3);
                for (var x = 0; x < line.Length; x++)
                    sums[x] += line[x] * weights[i];
            }
            for (var x = 0; x < sums.Length; x++)
                rgb[y * size * 3 + x] = ToByte(sums[x]);
        }
        ArrayPool<byte>.Shared.Return(narrow);
    }

    private static byte ToByte(int fixedPoint) => (byte)Math.Clamp(fixedPoint >> FractionBits, 0, 255);

    /// <summary>For each output pixel, where its input pixels begin and what each weighs.</summary>
    private sealed record Weights(int[] From, int[][] Values)
    {
        public ReadOnlySpan<int> For(int output, out int from)
        {
            from = From[output];
            return Values[output];
        }

        public static Weights Of(int inputs, int outputs)
        {
            var scale = (double)inputs / outputs;
            var reach = Math.Max(scale, 1);
            var from = new int[outputs];
            var values = new int[outputs][];
            for (var o = 0; o < outputs; o++)
            {
                var center = (o + 0.5) * scale;
                from[o] = Math.Max((int)(center - reach + 0.5), 0);
                var to = Math.Min((int)(center + reach + 0.5), inputs);
                var first = from[o];
                var triangle = Enumerable.Range(first, to - first)
                    .Select(i => Math.Max(0, 1 - Math.Abs((i - center + 0.5) / reach))).ToArray();
                var sum = triangle.Sum();
                values[o] = [.. triangle.Select(w => (int)(w / sum * (1 << FractionBits) + 0.5))];
            }
            return new Weights(from, values);
        }
    }
}
