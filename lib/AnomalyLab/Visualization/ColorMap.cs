using AnomalyLab.Display;
using FastTorch;
using static TorchSharp.torch;

namespace AnomalyLab.Visualization;

/// <summary>Colours for numbers.</summary>
public static class ColorMap
{
    /// <summary>
    /// OpenCV's <c>COLORMAP_JET</c>: from dark blue (lowest) over cyan, green and yellow to dark red (highest).
    /// </summary>
    /// <remarks>
    /// MATLAB's jet: each channel is a trapezoid of slope 4 over 0..1, centred at 3/4 (red), 1/2 (green) and 1/4
    /// (blue), cut off at 1. OpenCV interpolates it in single precision, which rounds one entry the other way: the
    /// blue of level 159 is 1 instead of 2.
    /// </remarks>
    public static IReadOnlyList<(byte Red, byte Green, byte Blue)> Jet { get; } =
        [.. Enumerable.Range(0, 256).Select(i => (Trapezoid(i, 3), Trapezoid(i, 2), i == 159 ? (byte)1 : Trapezoid(i, 1)))];

    /// <summary>Paints a map in <see cref="Jet"/>.</summary>
    /// <param name="map">Shape [H, W], any device; it stays the caller's.</param>
    /// <param name="scale">The value that gets the highest colour, like all above it; 0 and below get the lowest.</param>
    /// <exception cref="ArgumentException">The map has another shape, or the scale is not a number above 0.</exception>
    public static Picture Paint(Tensor map, double scale)
    {
        if (map.dim() != 2)
            throw new ArgumentException(Texts.Format($"The map has the shape [{string.Join(", ", map.shape)}], but one map is [height, width]."), nameof(map));
        if (!(scale > 0) || double.IsInfinity(scale))
            throw new ArgumentOutOfRangeException(nameof(scale), Texts.Format($"The scale is {scale}, but it is the map value shown in the highest colour: give a number above 0."));
        using var scope = NewDisposeScope();
        var levels = map.detach().cpu().to_type(ScalarType.Float64).nan_to_num(nan: 0).Over(scale).Times(255).round().Clipped(0, 255)
            .to_type(ScalarType.Byte).contiguous().data<byte>().ToArray();
        return new((int)map.shape[1], (int)map.shape[0], [.. levels.SelectMany(level => Bytes(Jet[level]))]);
    }

    /// <summary>One scale for all heat maps: the value that 999 of 1000 pixels of good images do not exceed.</summary>
    /// <param name="goodMaps">Anomaly maps of good images that were not trained on, [N, H, W]; they stay the caller's.</param>
    public static double ScaleFrom(Tensor goodMaps)
    {
        using var scope = NewDisposeScope();
        var values = goodMaps.flatten();
        return kthvalue(values, (long)Math.Ceiling(0.999 * values.numel()), dim: 0).values.to(float64).item<double>();
    }

    /// <summary>The colours from lowest to highest, left to right.</summary>
    /// <param name="height">The height in pixels.</param>
    internal static Picture Bar(int height) =>
        new(Jet.Count, height, [.. Enumerable.Range(0, height).SelectMany(_ => Jet.SelectMany(Bytes))]);

    private static byte[] Bytes((byte Red, byte Green, byte Blue) color) => [color.Red, color.Green, color.Blue];

    /// <summary>In 255ths, for the level <paramref name="i"/> / 255: 1.5 - |4x - centre|, cut to 0..1.</summary>
    private static byte Trapezoid(int i, int centre) =>
        (byte)Math.Round(Math.Clamp(1.5 * 255 - Math.Abs(4 * i - centre * 255), 0, 255));
}
