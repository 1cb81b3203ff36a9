using static TorchSharp.torch;

namespace AnomalyLab.Evaluation;

/// <summary>
/// One number for a whole image: the higher, the more likely the image is defective. Each method takes anomaly maps of
/// shape [N, H, W], which stay the caller's, and returns one score per image, in the maps' order.
/// </summary>
public static class AnomalyScore
{
    /// <summary>The sum of the map's pixels. Of <see cref="AnomalyMap.Residual"/>, this is the tutorial's score.</summary>
    /// <param name="map">Anomaly maps of shape [N, H, W].</param>
    /// <exception cref="ArgumentException">The maps have another shape.</exception>
    public static double[] Sum(Tensor map) => Reduce(map, pixels => pixels.sum([1]));

    /// <summary>The largest pixel: finds even the smallest defect, but a single noisy pixel counts as one. Smooth the map first.</summary>
    /// <param name="map">Anomaly maps of shape [N, H, W].</param>
    /// <exception cref="ArgumentException">The maps have another shape.</exception>
    public static double[] Maximum(Tensor map) => Reduce(map, pixels => pixels.amax([1]));

    /// <summary>The mean of the largest pixels. A fraction of 1 gives the mean, 0 (a single pixel) the maximum.</summary>
    /// <param name="map">Anomaly maps of shape [N, H, W].</param>
    /// <param name="fraction">The fraction of the pixels, 0..1; rounded down to whole pixels, at least one.</param>
    /// <exception cref="ArgumentException">The maps have another shape, or the fraction is not in 0..1.</exception>
    public static double[] TopFraction(Tensor map, double fraction)
    {
        if (fraction is not (>= 0 and <= 1))
            throw new ArgumentException($"The fraction of the pixels is {fraction}; give a number from 0 to 1, such as 0.01.", nameof(fraction));
        return Reduce(map, pixels => pixels.topk((int)Math.Max(1, fraction * pixels.shape[1]), 1, sorted: false).values.mean([1]));
    }

    private static double[] Reduce(Tensor map, Func<Tensor, Tensor> reduce)
    {
        AnomalyMap.CheckShape(map);
        using var scope = NewDisposeScope();
        return [.. reduce(map.cpu().to_type(ScalarType.Float64).flatten(1)).contiguous().data<double>()]; // on the CPU: MPS knows no doubles
    }
}
