using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace AnomalyLab.Data;

/// <summary>
/// Antialiased bilinear resizing that gives the very bytes that Pillow's <c>Image.resize(size, BILINEAR)</c> gives: a
/// triangle as wide as the reduction, weights in fixed point, first along rows and then along columns, rounded to a
/// byte after each.
/// </summary>
/// <remarks>Method and constants: Pillow, src/libImaging/Resample.c.</remarks>
internal static class PillowBilinear
{
    private const int FractionBits = 32 - 8 - 2, Channels = 4;

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
        var narrow = ArrayPool<byte>.Shared.Rent(height * size * Channels);
        for (var y = 0; y < height; y++)
        {
            var row = rgba.Slice(y * width * Channels, width * Channels);
            for (var x = 0; x < size; x++)
            {
                var weights = columns.For(x, out var from);
                Write(Weighed(row, from * Channels, Channels, weights), narrow, (y * size + x) * Channels);
            }
        }

        var rows = Weights.Of(height, size);
        Span<byte> pixel = stackalloc byte[Channels];
        for (var y = 0; y < size; y++)
        {
            var weights = rows.For(y, out var from);
            for (var x = 0; x < size; x++)
            {
                Write(Weighed(narrow, (from * size + x) * Channels, size * Channels, weights), pixel, 0);
                pixel[..3].CopyTo(rgb[((y * size + x) * 3)..]);
            }
        }
        ArrayPool<byte>.Shared.Return(narrow);
    }

    /// <summary>Half a byte, for rounding, plus each pixel's four channels times its weight.</summary>
    private static Vector128<int> Weighed(ReadOnlySpan<byte> pixels, int from, int step, ReadOnlySpan<int> weights)
    {
        var sum = Vector128.Create(1 << FractionBits - 1);
        foreach (var weight in weights)
        {
            var bytes = Vector128.CreateScalar(MemoryMarshal.Read<uint>(pixels[from..])).AsByte();
            sum += Vector128.WidenLower(Vector128.WidenLower(bytes)).AsInt32() * weight;
            from += step;
        }
        return sum;
    }

    private static void Write(Vector128<int> fixedPoint, Span<byte> to, int at)
    {
        var whole = Vector128.Clamp(fixedPoint >> FractionBits, Vector128<int>.Zero, Vector128.Create(255)).AsUInt32();
        var bytes = Vector128.Narrow(Vector128.Narrow(whole, whole), Vector128<ushort>.Zero);
        MemoryMarshal.Write(to[at..], bytes.AsUInt32().ToScalar());
    }

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
