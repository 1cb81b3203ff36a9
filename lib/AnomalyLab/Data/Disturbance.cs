using static TorchSharp.torch;

namespace AnomalyLab.Data;

/// <summary>Imitates what happens to a camera over the months: shifts, turns and relights pictures, to test how robust a method is.</summary>
/// <param name="Shift">The largest shift in each direction, as a fraction of the picture's side.</param>
/// <param name="Degrees">The largest rotation about the middle, in both directions.</param>
/// <param name="Light">The largest change of brightness, up and down, as a fraction of it.</param>
public sealed record Disturbance(double Shift = 0.04, double Degrees = 10, double Light = 0.15)
{
    /// <summary>Disturbs each picture differently: shift, rotation and light are drawn uniformly up to their largest values.</summary>
    /// <param name="images">[N, 3, side, side] in 0..1; they stay the caller's.</param>
    /// <param name="seed">Decides how: the same seed, the same disturbance.</param>
    /// <returns>The same shape, clipped to 0..1; the border is repeated where nothing is known. The caller owns them.</returns>
    public Tensor Apply(Tensor images, int seed)
    {
        var random = new Random(seed);
        float Within(double most) => (float)(most * (2 * random.NextDouble() - 1));
        // Drawn one after the other, so that the seed decides them, and applied on all processors.
        var how = Enumerable.Range(0, (int)images.shape[0])
            .Select(_ => (Right: Within(Shift), Down: Within(Shift), Angle: Within(Degrees * Math.PI / 180), Gain: 1 + Within(Light))).ToArray();
        return Raster.Each(images, (i, image) => image.Moved(how[i].Right * image.Side, how[i].Down * image.Side, how[i].Angle).Changed(value => value * how[i].Gain));
    }
}
