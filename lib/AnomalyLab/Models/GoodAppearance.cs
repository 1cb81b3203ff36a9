using AnomalyLab.Data;
using AnomalyLab.Display;
using AnomalyLab.Evaluation;
using static TorchSharp.torch;

namespace AnomalyLab.Models;

/// <summary>
/// What good images look like, pixel by pixel and without any network: their mean image, to which other images are registered;
/// how the features of each pixel vary together; and how far good images usually are from the mean.
/// </summary>
public sealed class GoodAppearance : IDisposable
{
    private const int DisturbedCopies = 2, BatchSize = 32;
    private const double LeastVariance = 0.002; // chosen on held-out good images with defects painted in

    private readonly Registration registration;
    private readonly PixelGaussian gaussian;
    private readonly PixelCalibration distances;

    private GoodAppearance(Tensor mean, PixelGaussian gaussian, PixelCalibration distances)
    {
        registration = new Registration(mean);
        (Mean, this.gaussian, this.distances) = (mean.DetachFromDisposeScope(), gaussian, distances);
    }

    /// <summary>The mean of registered good images, [3, side, side] in 0..1.</summary>
    public Tensor Mean { get; }

    /// <summary>
    /// Measures good images, and two copies of each that were shifted, turned and relit (<see cref="Disturbance"/>) and then
    /// registered: whatever registration leaves behind is no defect.
    /// </summary>
    /// <param name="images">Good images, [N, 3, side, side] in 0..1, at least two; they stay the caller's.</param>
    /// <param name="seed">Decides the disturbances.</param>
    /// <remarks>
    /// The usual distance from the mean is measured on the images that gave the mean, because there are too few to hold some
    /// out. So it is underestimated, the more so the fewer images there are, and other good images score above 0: choose
    /// thresholds on other images.
    /// </remarks>
    /// <exception cref="ArgumentException">There are fewer than two images, or they have another shape.</exception>
    public static GoodAppearance From(Tensor images, int seed = 0)
    {
        if (images.dim() != 4 || images.shape[0] < 2)
            throw new ArgumentException(Texts.Format($"The training images have the shape [{string.Join(", ", images.shape)}]; how much pixels vary can be measured from two images on, [N, 3, side, side]."), nameof(images));
        using var scope = NewDisposeScope();
        var mean = Registration.MeanOf(images);
        var registration = new Registration(mean);
        Tensor[] batches =
        [
            .. registration.Apply(images).split(BatchSize),
            .. Enumerable.Range(1, DisturbedCopies)
                .SelectMany(copy => registration.Apply(new Disturbance().Apply(images, unchecked(seed * DisturbedCopies + copy))).split(BatchSize)),
        ];
        var gaussian = PixelGaussian.From(batches, PixelFeatures.Of, LeastVariance);
        return new(mean, gaussian, PixelCalibration.From(cat([.. batches.Select(batch => Distances(gaussian, batch))])));
    }

    /// <summary>How far each pixel's features are from their mean, compared with good images: 0 is the usual distance, the unit is its spread.</summary>
    /// <param name="images">[N, 3, side, side] in 0..1; they stay the caller's, and are registered first.</param>
    /// <returns>Anomaly maps, [N, side, side], in the mean image's place. The caller owns them.</returns>
    /// <exception cref="ArgumentException">The images have another shape.</exception>
    public Tensor AnomalyMaps(Tensor images)
    {
        using var scope = NewDisposeScope();
        return cat([.. images.split(BatchSize).Select(batch =>
        {
            using var inner = NewDisposeScope();
            return distances.Apply(Distances(gaussian, registration.Apply(batch))).MoveToOuterDisposeScope();
        })]).MoveToOuterDisposeScope();
    }

    private static Tensor Distances(PixelGaussian gaussian, Tensor registered)
    {
        using var scope = NewDisposeScope();
        return gaussian.Distance(PixelFeatures.Of(registered)).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Mean.Dispose();
        gaussian.Dispose();
        distances.Dispose();
    }
}
