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

    private static double[] Reduce(Tensor map, Func<Tensor, Tensor> reduce)
    {
        AnomalyMap.CheckShape(map);
        using var scope = NewDisposeScope();
        return [.. reduce(map.cpu().to_type(ScalarType.Float64).flatten(1)).contiguous().data<double>()]; // on the CPU: MPS knows no doubles
    }
}
