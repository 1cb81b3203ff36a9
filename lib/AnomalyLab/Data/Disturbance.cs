using static TorchSharp.torch;

namespace AnomalyLab.Data;

/// <summary>What happens to a camera over the months: pictures shifted, turned and lit otherwise, to see what a method endures.</summary>
/// <param name="Shift">The largest shift in each direction, as a part of the picture's side.</param>
/// <param name="Degrees">The largest rotation about the middle, in both directions.</param>
/// <param name="Light">The largest change of brightness, as a part of it, up and down.</param>
public sealed record Disturbance(double Shift = 0.04, double Degrees = 10, double Light = 0.15)
{
    /// <summary>Disturbs each picture in its own way, evenly up to the largest shift, rotation and change of light.</summary>
    /// <param name="images">[N, 3, side, side] in 0..1; they stay the caller's.</param>
    /// <param name="seed">Decides how: the same seed, the same disturbance.</param>
    /// <returns>The same shape, clipped to 0..1; the border goes on where nothing is known. The caller owns them.</returns>
    public Tensor Apply(Tensor images, int seed)
    {
        var random = new Random(seed);
        float Within(double most) => (float)(most * (2 * random.NextDouble() - 1));
        // Drawn one after the other, so that the seed decides them, and applied on all processors.
        var how = Enumerable.Range(0, (int)images.shape[0])
            .Select(_ => (Right: Within(Shift), Down: Within(Shift), Angle: Within(Degrees * Math.PI / 180), Gain: 1 + Within(Light))).ToArray();
        return Raster.ToTensor([.. Raster.From(images).Zip(how).AsParallel().AsOrdered().Select(pair =>
        {
            var (image, by) = pair;
            return image.Moved(by.Right * image.Side, by.Down * image.Side, by.Angle).Changed(value => value * by.Gain);
        })]);
    }
}
