using AnomalyLab.Evaluation;
using AnomalyLab.Visualization;
using static TorchSharp.torch;

namespace AnomalyLab.Inspection;

/// <summary>Lays anomaly maps over pictures.</summary>
internal static class AnomalyOverlay
{
    /// <summary>
    /// The picture, and beside it the same picture with the map laid over it: clear where the map is as usual, then from blue to
    /// dark red. Only pictures that are called defective reach dark red, at their strangest spot.
    /// </summary>
    /// <param name="picture">The picture.</param>
    /// <param name="map">Its anomaly map, [height, width], of any size; it stays the caller's.</param>
    /// <param name="usual">The value that good pictures' maps seldom exceed.</param>
    /// <param name="highest">The map value shown in dark red: the picture's score, or the threshold if that is higher.</param>
    public static Picture Of(Picture picture, Tensor map, double usual, double highest)
    {
        using var scope = NewDisposeScope();
        var values = AnomalyMap.Resize(map.unsqueeze(0), picture.Height, picture.Width).data<float>().ToArray();
        var rgb = picture.Rgb.ToArray();
        for (var i = 0; i < values.Length; i++)
        {
            var level = Math.Clamp((values[i] - usual) / Math.Max(highest - usual, float.Epsilon), 0, 1);
            var (red, green, blue) = ColorMap.Jet[(int)(level * 255)];
            rgb[i * 3] = Mixed(rgb[i * 3], red, level);
            rgb[i * 3 + 1] = Mixed(rgb[i * 3 + 1], green, level);
            rgb[i * 3 + 2] = Mixed(rgb[i * 3 + 2], blue, level);
        }
        return Picture.Tiled([picture, new(picture.Width, picture.Height, rgb)], columns: 2);
    }

    private static byte Mixed(byte below, byte above, double level) => (byte)Math.Round(below + 0.7 * level * (above - below));
}
