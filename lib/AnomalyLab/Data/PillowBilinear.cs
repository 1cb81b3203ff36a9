using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace AnomalyLab.Data;

/// <summary>
/// Antialiased bilinear resizing with exactly the same bytes as Pillow's <c>Image.resize(size, BILINEAR)</c>: a triangle filter
/// as wide as the reduction, fixed-point weights, first along rows and then along columns, rounded to a byte after each.
/// </summary>
/// <remarks>Method and constants: Pillow, src/libImaging/Resample.c.</remarks>
internal static class PillowBilinear
{
    private const int FractionBits = 32 - 8 - 2, Channels = 4, Bands = 8;

    /// <summary>Resizes RGBA to RGB.</summary>
    /// <param name="rgba">height × width × 4 bytes, row by row; the alpha byte is ignored.</param>
    /// <param name="width">Pixels in a row.</param>
    /// <param name="height">Rows.</param>
    /// <param name="newWidth">Pixels in a row of the result.</param>
    /// <param name="newHeight">Rows of the result.</param>
    /// <param name="rgb">Gets newHeight × newWidth × 3 bytes.</param>
    public static unsafe void Resize(ReadOnlySpan<byte> rgba, int width, int height, int newWidth, int newHeight, Span<byte> rgb)
    {
        rgba = rgba[..(width * height * Channels)]; // throws if it is too short, which pointers would not notice
        rgb = rgb[..(newWidth * newHeight * 3)];
        var narrow = ArrayPool<byte>.Shared.Rent(height * newWidth * Channels);
        fixed (byte* from = rgba, between = narrow, to = rgb)
        {
            // Lambdas cannot capture pointers.
            nint wide = (nint)from, tall = (nint)between, small = (nint)to;
            Weights columns = Weights.Of(width, newWidth), rows = Weights.Of(height, newHeight);
            InBands(height, (top, bottom) => Narrow((byte*)wide, width, columns, (byte*)tall, newWidth, top, bottom));
            InBands(newHeight, (top, bottom) => Shorten((byte*)tall, rows, (byte*)small, newWidth, top, bottom));
        }
        ArrayPool<byte>.Shared.Return(narrow);
    }

    private static void InBands(int rows, Action<int, int> band) => Parallel.For(0, Bands, i => band(i * rows / Bands, (i + 1) * rows / Bands));

    [MethodImpl(MethodImplOptions.AggressiveOptimization)] // most resizing happens right after the start, before tiered compilation helps
    private static unsafe void Narrow(byte* rgba, int width, Weights columns, byte* narrow, int newWidth, int top, int bottom)
    {
        for (var y = top; y < bottom; y++)
        {
            for (var x = 0; x < newWidth; x++)
            {
                var weights = columns.For(x, out var from);
                Write(Weighed(rgba + ((long)y * width + from) * Channels, Channels, weights), narrow + (y * newWidth + x) * Channels, Channels);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static unsafe void Shorten(byte* narrow, Weights rows, byte* rgb, int newWidth, int top, int bottom)
    {
        for (var y = top; y < bottom; y++)
        {
            var weights = rows.For(y, out var from);
            for (var x = 0; x < newWidth; x++)
                Write(Weighed(narrow + (from * newWidth + x) * Channels, newWidth * Channels, weights), rgb + (y * newWidth + x) * 3, 3);
        }
    }

    /// <summary>The weighted sum of pixels, all four channels at once, plus one half for rounding.</summary>
    private static unsafe Vector128<int> Weighed(byte* pixels, int step, int[] weights)
    {
        var sum = Vector128.Create(1 << FractionBits - 1);
        foreach (var weight in weights)
        {
            var bytes = Vector128.CreateScalar(*(uint*)pixels).AsByte();
            sum += Vector128.WidenLower(Vector128.WidenLower(bytes)).AsInt32() * weight;
            pixels += step;
        }
        return sum;
    }

    private static unsafe void Write(Vector128<int> fixedPoint, byte* to, int channels)
    {
        var whole = Vector128.Clamp(fixedPoint >> FractionBits, Vector128<int>.Zero, Vector128.Create(255)).AsUInt32();
        var bytes = Vector128.Narrow(Vector128.Narrow(whole, whole), Vector128<ushort>.Zero).AsUInt32().ToScalar();
        if (channels == Channels)
            *(uint*)to = bytes;
        else
            (to[0], to[1], to[2]) = ((byte)bytes, (byte)(bytes >> 8), (byte)(bytes >> 16));
    }

    /// <summary>For each output pixel, its first input pixel and the weight of each.</summary>
    private sealed record Weights(int[] From, int[][] Values)
    {
        public int[] For(int output, out int from)
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
