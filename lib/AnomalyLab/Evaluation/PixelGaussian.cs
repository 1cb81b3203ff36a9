using AnomalyLab.Display;
using FastTorch;
using static TorchSharp.torch;

namespace AnomalyLab.Evaluation;

/// <summary>
/// How several features vary together at each pixel of good images: one Gaussian distribution per pixel. Good bottles may be
/// lighter in all colours at once; a change in one colour alone is stranger, and only the covariance shows that.
/// </summary>
/// <remarks>Defard et al., "PaDiM: a Patch Distribution Modeling Framework for Anomaly Detection and Localization", ICPR 2021.</remarks>
public sealed class PixelGaussian : IDisposable
{
    private const int PixelsAtOnce = 256; // so that what is computed on the way stays small

    /// <summary>Takes over means and inverse covariances that were measured before.</summary>
    /// <param name="mean">The mean features, [D, H, W].</param>
    /// <param name="precision">The inverse covariances, [H, W, D, D].</param>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public PixelGaussian(Tensor mean, Tensor precision)
    {
        var (features, height, width) = mean.dim() == 3 ? (mean.shape[0], mean.shape[1], mean.shape[2]) : (-1, -1, -1);
        if (!precision.shape.SequenceEqual([height, width, features, features]))
            throw new ArgumentException(Texts.Format($"The mean has the shape [{string.Join(", ", mean.shape)}] and the inverse covariances [{string.Join(", ", precision.shape)}]; they have to be [D, height, width] and [height, width, D, D]."));
        (Mean, Precision) = (mean.DetachFromDisposeScope(), precision.DetachFromDisposeScope());
    }

    /// <summary>The mean features, [D, H, W].</summary>
    public Tensor Mean { get; }

    /// <summary>The inverse covariances, [H, W, D, D].</summary>
    public Tensor Precision { get; }

    /// <summary>Measures means and covariances in one pass.</summary>
    /// <param name="goodImages">Good images in batches; they stay the caller's.</param>
    /// <param name="featuresOf">Computes a batch's float features, [n, D, H, W]; only one batch's features are in memory at a time.</param>
    /// <param name="leastVariance">
    /// Added to each feature's variance, as a fraction of its mean variance over all pixels. It makes the covariances of a few
    /// images invertible, and keeps noise at very steady pixels from counting as a finding. The fewer images per feature, the
    /// more is needed.
    /// </param>
    /// <exception cref="ArgumentException">There are fewer than two images, of different sizes, or all alike.</exception>
    public static PixelGaussian From(IEnumerable<Tensor> goodImages, Func<Tensor, Tensor> featuresOf, double leastVariance)
    {
        // Summing differences from the first batch's mean avoids losing digits to cancellation.
        using var all = NewDisposeScope();
        Tensor? origin = null, sum = null, products = null;
        var count = 0L;
        foreach (var batch in goodImages)
        {
            using var scope = NewDisposeScope();
            var features = featuresOf(batch);
            if (origin is null)
            {
                var (d, h, w) = (features.shape[1], features.shape[2], features.shape[3]);
                origin = features.mean([0]).MoveToOuterDisposeScope();
                sum = zeros_like(origin).MoveToOuterDisposeScope();
                products = zeros([h * w, d, d], device: features.device).MoveToOuterDisposeScope();
            }
            else if (!features.shape.Skip(1).SequenceEqual(origin.shape))
                throw new ArgumentException(Texts.Format($"The features of one batch are [{string.Join(", ", origin.shape)}] an image and of another [{string.Join(", ", features.shape.Skip(1))}]: all images have to be of one size."), nameof(goodImages));
            var off = features - origin;
            sum!.Add(off.sum([0]));
            foreach (var (sums, some) in products!.split(PixelsAtOnce).Zip(Places(off).split(PixelsAtOnce)))
            {
                using var product = some.bmm(some.transpose(1, 2));
                sums.Add(product);
            }
            count += batch.shape[0];
        }
        if (origin is null || count < 2)
            throw new ArgumentException(Texts.Of("How features vary can be measured from two good images on."), nameof(goodImages));
        using var n = tensor((float)count, device: origin.device);
        var mean = sum!.div_(n);
        var covariance = products!.div_(n);
        foreach (var (some, centre) in covariance.split(PixelsAtOnce).Zip(Places(mean.unsqueeze(0)).split(PixelsAtOnce)))
        {
            using var product = centre.bmm(centre.transpose(1, 2));
            some.sub_(product);
        }
        var floor = Floor(covariance.mean([0]).diagonal().cpu().to(float64).data<double>().ToArray(), leastVariance);
        foreach (var some in covariance.split(PixelsAtOnce))
        {
            using var inner = NewDisposeScope();
            some.copy_(cholesky_inverse(linalg.cholesky(some.cpu().to(float64).Add(floor)))); // on the processor: MPS knows no doubles
        }
        long[] shape = [origin.shape[1], origin.shape[2], origin.shape[0], origin.shape[0]];
        return new(origin.Add(mean), covariance.view(shape));
    }

    /// <summary>How far features are from the mean, in standard deviations of their direction: √((f − μ)ᵀ Σ⁻¹ (f − μ)).</summary>
    /// <param name="features">[N, D, H, W]; they stay the caller's.</param>
    /// <returns>[N, H, W]. The caller owns it.</returns>
    /// <exception cref="ArgumentException">The features have another shape than those that were measured.</exception>
    public Tensor Distance(Tensor features)
    {
        if (features.dim() != 4 || !features.shape.Skip(1).SequenceEqual(Mean.shape))
            throw new ArgumentException(Texts.Format($"The features have the shape [{string.Join(", ", features.shape)}], but the Gaussian was measured on [N, {string.Join(", ", Mean.shape)}]."), nameof(features));
        using var scope = NewDisposeScope();
        var places = Places(features - Mean);
        var square = (Precision.flatten(0, 1).bmm(places) * places).sum(1); // [H · W, N]
        return square.relu_().sqrt_().t().reshape(features.shape[0], features.shape[2], features.shape[3]).MoveToOuterDisposeScope();
    }

    /// <summary>The diagonal that is added to all covariances, [D, D]. Features that never vary get the average of the others.</summary>
    private static Tensor Floor(double[] variances, double part)
    {
        var average = variances.Average();
        if (!(average > 0))
            throw new ArgumentException(Texts.Of("The good images do not differ in any feature, or are not numbers: are they of different things?"));
        return diag(tensor([.. variances.Select(variance => part * (variance > 0 ? variance : average))]));
    }

    /// <summary>[N, D, H, W] as [H · W, D, N].</summary>
    private static Tensor Places(Tensor features) => features.permute(2, 3, 1, 0).flatten(0, 1);

    /// <inheritdoc/>
    public void Dispose()
    {
        Mean.Dispose();
        Precision.Dispose();
    }
}
