using FastTorch;
using static TorchSharp.torch;

namespace AnomalyLab.Evaluation;

/// <summary>
/// How several features vary together at each pixel of good images: a Gaussian distribution a pixel. A bottle may be lighter
/// as a whole and all its colours with it; one colour alone is stranger, and only their covariance knows.
/// </summary>
/// <remarks>
/// As in PaDiM (Defard et al., ICPR 2021), there with features of a pretrained network: the distance is Mahalanobis's.
/// </remarks>
public sealed class PixelGaussian : IDisposable
{
    /// <summary>
    /// Added to each feature's variance, as a part of its mean variance over all pixels, so that covariances of a few images
    /// can be inverted and no steady pixel turns grain into findings. Chosen on held-out good images with painted defects.
    /// </summary>
    private const double LeastVariance = 0.002;

    /// <summary>Takes what was measured before; the tensors are this object's from now on.</summary>
    /// <param name="mean">The mean features, [D, H, W].</param>
    /// <param name="precision">The inverse covariances, [D, D, H, W].</param>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public PixelGaussian(Tensor mean, Tensor precision)
    {
        var (features, height, width) = mean.dim() == 3 ? (mean.shape[0], mean.shape[1], mean.shape[2]) : (-1, -1, -1);
        if (!precision.shape.SequenceEqual([features, features, height, width]))
            throw new ArgumentException($"The mean has the shape [{string.Join(", ", mean.shape)}] and the inverse covariances [{string.Join(", ", precision.shape)}]; they have to be [D, height, width] and [D, D, height, width].");
        (Mean, Precision) = (mean.DetachFromDisposeScope(), precision.DetachFromDisposeScope());
    }

    /// <summary>The mean features, [D, H, W].</summary>
    public Tensor Mean { get; }

    /// <summary>The inverse covariances, [D, D, H, W].</summary>
    public Tensor Precision { get; }

    /// <summary>Measures means and covariances.</summary>
    /// <param name="goodImages">Good images in batches; they stay the caller's.</param>
    /// <param name="featuresOf">Makes a batch's float features, [n, D, H, W]; asked twice for each, so that those of all are never there at once.</param>
    /// <exception cref="ArgumentException">There are fewer than two images.</exception>
    public static PixelGaussian From(IReadOnlyList<Tensor> goodImages, Func<Tensor, Tensor> featuresOf)
    {
        var count = goodImages.Sum(batch => batch.shape[0]);
        if (count < 2)
            throw new ArgumentException("How features vary can be measured from two good images on.", nameof(goodImages));
        using var scope = NewDisposeScope();
        using var n = tensor((double)count);
        var mean = Sum(goodImages, batch => featuresOf(batch).sum(0, type: float64)) / n;
        var centre = mean.to(float32);
        var covariance = (Sum(goodImages, batch => Products(featuresOf(batch) - centre)) / n).permute(2, 3, 0, 1); // [H, W, D, D]
        var floor = covariance.mean([0, 1]).diagonal() * tensor(LeastVariance);
        var precision = linalg.inv(covariance.Plus(diag(floor))).to(float32).permute(2, 3, 0, 1).contiguous();
        return new(centre, precision);
    }

    /// <summary>How far features are from the mean, in standard deviations of their direction: √((f − μ)ᵀ Σ⁻¹ (f − μ)).</summary>
    /// <param name="features">[N, D, H, W]; they stay the caller's.</param>
    /// <returns>[N, H, W]. The caller owns it.</returns>
    /// <exception cref="ArgumentException">The features have another shape than those that were measured.</exception>
    public Tensor Distance(Tensor features)
    {
        if (features.dim() != 4 || !features.shape.Skip(1).SequenceEqual(Mean.shape))
            throw new ArgumentException($"The features have the shape [{string.Join(", ", features.shape)}], but the Gaussian was measured on [N, {string.Join(", ", Mean.shape)}].", nameof(features));
        using var scope = NewDisposeScope();
        var off = features - Mean;
        var square = zeros_like(off[.., 0]);
        for (var i = 0; i < Mean.shape[0]; i++)
        {
            using var inner = NewDisposeScope();
            square.Add((off * Precision[i]).sum(1) * off[.., i]);
        }
        return square.relu_().sqrt_().MoveToOuterDisposeScope();
    }

    /// <summary>Each feature times each: [D, D, H, W], summed over the images, in 64 bits.</summary>
    private static Tensor Products(Tensor centred)
    {
        using var scope = NewDisposeScope();
        return stack([.. Enumerable.Range(0, (int)centred.shape[1]).Select(i =>
        {
            using var inner = NewDisposeScope();
            return (centred * centred.narrow(1, i, 1)).sum(0, type: float64).MoveToOuterDisposeScope();
        })]).MoveToOuterDisposeScope();
    }

    private static Tensor Sum(IReadOnlyList<Tensor> batches, Func<Tensor, Tensor> of)
    {
        Tensor? sum = null;
        foreach (var batch in batches)
        {
            using var scope = NewDisposeScope();
            var part = of(batch);
            if (sum is null)
                sum = part.MoveToOuterDisposeScope();
            else
                sum.Add(part);
        }
        return sum!;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Mean.Dispose();
        Precision.Dispose();
    }
}
