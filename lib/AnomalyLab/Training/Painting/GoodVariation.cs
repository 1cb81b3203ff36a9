using AnomalyLab.Data;

namespace AnomalyLab.Training.Painting;

/// <summary>
/// Varies good images as good images vary: what registration leaves of shift and light, any rotation up to ten degrees, a
/// little blur and noise. None of this is a defect, and the network has to learn so.
/// </summary>
internal static class GoodVariation
{
    private const float MostRotation = 10 * MathF.PI / 180;

    /// <summary>One variation of an image, which stays as it is.</summary>
    public static Raster Of(Random random, Raster image)
    {
        var unit = image.Side / 128f;
        var angle = random.Happens(0.5) ? random.Between(-MostRotation, MostRotation) : random.Normal(MostRotation / 10);
        var varied = image.Moved(random.Normal(0.4f * unit), random.Normal(0.4f * unit), angle, 1 + random.Normal(0.004f));
        if (random.Happens(0.2))
            varied = varied.Blurred(random.Between(0.3f, 0.7f) * unit);

        var gain = 1 + random.Normal(0.02f);
        float[] gains = [.. Enumerable.Range(0, 3).Select(_ => gain + random.Normal(0.01f))];
        var offset = random.Normal(0.005f);
        var noise = random.Happens(0.3) ? random.Between(0, 0.01f) : 0;
        return varied.Changed((value, channel) => value * gains[channel] + offset + (noise > 0 ? random.Normal(noise) : 0));
    }
}
