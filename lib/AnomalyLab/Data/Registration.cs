using static TorchSharp.torch;

namespace AnomalyLab.Data;

/// <summary>
/// Aligns images with a mean image in position and brightness, so that pixels can be compared one by one: finds the shift and
/// the gain with which the two agree best, and undoes them.
/// </summary>
/// <remarks>
/// Agreement is the mean of the absolute differences of the images, reduced to 64 pixels across, each cut off at 0.15,
/// so that even a strong defect has little influence. The gain is the L1 regression of the image on the mean
/// image (a weighted median of their ratios), which is just as robust. Rotation is not corrected: a bottle seen from above
/// looks nearly the same from every side, so its rotation cannot be measured well, and need not be.
/// </remarks>
public sealed class Registration
{
    /// <summary>Shifts are searched up to this fraction of the image's side, in each direction.</summary>
    public const double Reach = 4.0 / 64;

    private const int SmallSide = 64;
    private const float MostDifference = 0.15f;
    private const float White = 0.8f, Black = 0.05f; // pixels outside this range say nothing about the gain
    private const int RatioBins = 1024;
    private const float LargestRatio = 2;

    private readonly Raster mean;
    private readonly Raster small;
    private readonly int factor;

    /// <summary>Registers to a mean image.</summary>
    /// <param name="mean">The mean image of good, registered images, [3, side, side] in 0..1; it stays the caller's.</param>
    /// <exception cref="ArgumentException">The image is not square or has another shape.</exception>
    public Registration(Tensor mean)
    {
        if (mean.dim() != 3 || mean.shape[0] != 3 || mean.shape[1] != mean.shape[2])
            throw new ArgumentException($"The mean image has the shape [{string.Join(", ", mean.shape)}]; it has to be [3, side, side].", nameof(mean));
        this.mean = Raster.From(mean.unsqueeze(0))[0];
        factor = Math.Max(1, this.mean.Side / SmallSide);
        small = this.mean.Reduced(factor);
    }

    /// <summary>The mean of images, each registered to the mean of all: sharper than the plain mean.</summary>
    /// <param name="images">Good images, [N, 3, side, side] in 0..1; they stay the caller's.</param>
    /// <returns>The mean image, [3, side, side]. The caller owns it.</returns>
    public static Tensor MeanOf(Tensor images)
    {
        using var scope = NewDisposeScope();
        var mean = images.mean([0]);
        for (var round = 0; round < 2; round++)
            mean = new Registration(mean).Apply(images).mean([0]);
        return mean.MoveToOuterDisposeScope();
    }

    /// <summary>Measures the images' poses, in parallel.</summary>
    /// <param name="images">[N, 3, side, side] in 0..1, of the mean image's size; they stay the caller's.</param>
    public Pose[] Estimate(Tensor images) => [.. Raster.From(Checked(images)).AsParallel().AsOrdered().Select(Estimate)];

    /// <summary>Measures each image and undoes its shift and gain, in parallel.</summary>
    /// <param name="images">[N, 3, side, side] in 0..1, of the mean image's size; they stay the caller's.</param>
    /// <returns>The images with the mean image's position and brightness, clipped to 0..1, stored channels-last. The caller owns them.</returns>
    public Tensor Apply(Tensor images) =>
        Raster.Each(Checked(images), (_, image) => Apply(image, Estimate(image)));

    private static Raster Apply(Raster image, Pose pose)
    {
        var gain = (float)pose.Gain;
        return image.Moved((float)(-pose.Right * image.Side), (float)(-pose.Down * image.Side)).Changed(value => value / gain);
    }

    private Pose Estimate(Raster image)
    {
        var reduced = image.Reduced(factor);
        var best = (Cost: float.PositiveInfinity, Right: 0f, Down: 0f);
        void Try(float right, float down)
        {
            var cost = Disagreement(reduced.Moved(-right, -down));
            if (cost < best.Cost)
                best = (cost, right, down);
        }

        var reach = (int)(Reach * small.Side);
        for (var down = -reach; down <= reach; down++)
        {
            for (var right = -reach; right <= reach; right++)
                Try(right, down);
        }
        for (var step = 0.5f; step > 0.02f; step /= 2)
        {
            var (_, right, down) = best;
            foreach (var (x, y) in new[] { (-1, 0), (1, 0), (0, -1), (0, 1), (-1, -1), (-1, 1), (1, -1), (1, 1) })
                Try(right + x * step, down + y * step);
        }
        var (shiftRight, shiftDown) = (best.Right / small.Side, best.Down / small.Side);
        return new Pose(shiftRight, shiftDown, Gain(image.Moved(-shiftRight * image.Side, -shiftDown * image.Side), mean));
    }

    private float Disagreement(Raster moved)
    {
        var gain = Gain(moved, small);
        var sum = 0f;
        for (var i = 0; i < moved.Values.Length; i++)
            sum += Math.Min(Math.Abs(Math.Min(moved.Values[i] / gain, 1) - small.Values[i]), MostDifference);
        return sum / moved.Values.Length;
    }

    /// <summary>The g that makes Σ |image − g · mean| smallest: the median of image / mean, weighted by mean.</summary>
    private static float Gain(Raster image, Raster mean)
    {
        Span<float> weights = stackalloc float[RatioBins];
        weights.Clear();
        var total = 0f;
        for (var i = 0; i < image.Values.Length; i++)
        {
            var expected = mean.Values[i];
            if (expected is < Black or > White)
                continue;
            weights[Math.Min((int)(image.Values[i] / expected * (RatioBins / LargestRatio)), RatioBins - 1)] += expected;
            total += expected;
        }
        var (bin, below) = (0, 0f);
        while (bin < RatioBins - 1 && below + weights[bin] < total / 2)
            below += weights[bin++];
        // Interpolated within the bin, as if its weight were spread evenly.
        return total == 0 ? 1 : (bin + (total / 2 - below) / Math.Max(weights[bin], 1e-9f)) * LargestRatio / RatioBins;
    }

    private Tensor Checked(Tensor images) =>
        images.dim() == 4 && images.shape[1] == 3 && images.shape[2] == mean.Side && images.shape[3] == mean.Side ? images
            : throw new ArgumentException($"The images have the shape [{string.Join(", ", images.shape)}]; for this mean image it has to be [N, 3, {mean.Side}, {mean.Side}].", nameof(images));
}
