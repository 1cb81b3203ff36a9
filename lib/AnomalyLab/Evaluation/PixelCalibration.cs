using AnomalyLab.Display;
using FastTorch;
using static TorchSharp.torch;

namespace AnomalyLab.Evaluation;

/// <summary>
/// The mean and the spread of each pixel's residual on good images. Where good images differ from one another, as at a
/// glittering rim, a residual says little; where they are all alike, even a small one says a lot.
/// </summary>
public sealed class PixelCalibration : IDisposable
{
    /// <summary>
    /// No pixel counts as steadier than a tenth of what pixels vary on average: a spread estimated from a few images can
    /// come out near 0 by chance, and dividing by it would turn noise into findings.
    /// </summary>
    private const double LeastSpread = 0.1;

    /// <summary>Takes a mean and a spread that were measured before; they are this object's from now on.</summary>
    /// <param name="mean">The mean map, [H, W].</param>
    /// <param name="spread">The standard deviations, [H, W], all more than 0.</param>
    /// <exception cref="ArgumentException">The shapes are not [H, W], twice the same.</exception>
    public PixelCalibration(Tensor mean, Tensor spread)
    {
        if (mean.dim() != 2 || !mean.shape.SequenceEqual(spread.shape))
            throw new ArgumentException(Texts.Format($"The mean has the shape [{string.Join(", ", mean.shape)}] and the spread [{string.Join(", ", spread.shape)}]; both have to be the same [height, width]."));
        (Mean, Spread) = (mean.DetachFromDisposeScope(), spread.DetachFromDisposeScope());
    }

    /// <summary>The mean map, [H, W].</summary>
    public Tensor Mean { get; }

    /// <summary>The standard deviations, [H, W], all more than 0.</summary>
    public Tensor Spread { get; }

    /// <summary>Measures mean and standard deviation (with N - 1) of each pixel.</summary>
    /// <param name="goodMaps">
    /// Float maps of shape [N, H, W] of good images, at least two. They have to be held out of training: on images that it
    /// was fitted to, a model's residuals are smaller than on any others.
    /// </param>
    /// <exception cref="ArgumentException">The maps have another shape, there are fewer than two, or all are alike.</exception>
    public static PixelCalibration From(Tensor goodMaps)
    {
        AnomalyMap.CheckShape(goodMaps);
        if (goodMaps.shape[0] < 2)
            throw new ArgumentException(Texts.Of("There is one good map; how much pixels vary can be measured from two on."), nameof(goodMaps));
        using var scope = NewDisposeScope();
        var spread = goodMaps.std(0, unbiased: true);
        var average = spread.mean().item<float>();
        if (!(average > 0))
            throw new ArgumentException(Texts.Of("The good maps do not differ in any pixel, or are not numbers: are they of different images?"), nameof(goodMaps));
        return new(goodMaps.mean([0]), spread.Clipped(LeastSpread * average));
    }

    /// <summary>How many of its spreads each pixel lies above its mean: 0 is as usual, below 0 less than that.</summary>
    /// <param name="maps">Float maps of shape [N, H, W]; they stay the caller's.</param>
    /// <returns>The same shape. The caller owns it.</returns>
    /// <exception cref="ArgumentException">The maps have another size than those of the calibration.</exception>
    public Tensor Apply(Tensor maps)
    {
        AnomalyMap.CheckShape(maps);
        if (!maps.shape.Skip(1).SequenceEqual(Mean.shape))
            throw new ArgumentException(Texts.Format($"The maps are {maps.shape[1]}×{maps.shape[2]} pixels, but the calibration was measured on {Mean.shape[0]}×{Mean.shape[1]}."), nameof(maps));
        using var scope = NewDisposeScope();
        return ((maps - Mean) / Spread).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Mean.Dispose();
        Spread.Dispose();
    }
}
