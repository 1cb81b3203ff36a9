using System.Numerics;

namespace AnomalyLab.Course.Synthetic;

/// <summary>How a picture was taken: exposure, uneven light, noise of the sensor.</summary>
internal sealed class Camera
{
    // The number of set bits among 20 random ones is close to normally distributed, with a standard deviation of sqrt(20)/2.
    private const int Bits = 20;
    private static readonly Vector3 NoiseSpread = new Vector3(1.45f, 1.3f, 1.9f) / (MathF.Sqrt(Bits) / 2);

    // So bright that noise cannot bring it below white.
    private static readonly Vector3 Saturated = new(275);

    private readonly float gain;
    private readonly Vector2 gradient;
    private readonly ulong seed;

    /// <summary>Sets the camera up for one picture.</summary>
    public Camera(Random random)
    {
        gain = 1 + random.Within(.07f);
        gradient = new Vector2(random.Within(.05f), random.Within(.05f));
        seed = Noise.Hash(random.Next());
    }

    /// <summary>The red, green and blue byte that the sensor reads, from the lowest byte up.</summary>
    /// <param name="color">The colour that is there, 0..255 and beyond.</param>
    /// <param name="place">Where, from the picture's middle, in halves of its side.</param>
    /// <param name="pixel">The pixel's number, which decides its noise.</param>
    public uint Expose(Vector3 color, Vector2 place, int pixel)
    {
        color *= gain + Vector2.Dot(gradient, place);
        if (Vector3.Min(color, Saturated) == Saturated)
            return 0xffffff;
        var random = Noise.Hash(seed + (uint)pixel);
        var noise = new Vector3(Draw(random), Draw(random >> Bits), Draw(random >> 2 * Bits)) * NoiseSpread;
        color = Vector3.Clamp(color + noise, Vector3.Zero, new Vector3(255)) + new Vector3(.5f);
        return (uint)color.X | (uint)color.Y << 8 | (uint)color.Z << 16;
    }

    private static int Draw(ulong random) => BitOperations.PopCount(random & ((1ul << Bits) - 1)) - Bits / 2;
}
