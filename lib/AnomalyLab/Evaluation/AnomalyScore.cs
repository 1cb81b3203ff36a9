using static TorchSharp.torch;

namespace AnomalyLab.Evaluation;

/// <summary>One number for a whole image: the higher, the more likely it is defective.</summary>
public static class AnomalyScore
{
    /// <summary>The sum of the map's pixels. Of <see cref="AnomalyMap.Residual"/>, this is the tutorial's score.</summary>
    /// <param name="map">Anomaly maps of shape [N, H, W]; they stay the caller's.</param>
    /// <returns>One score an image, in the maps' order.</returns>
    /// <exception cref="ArgumentException">The maps have another shape.</exception>
    public static double[] Sum(Tensor map)
    {
        if (map.dim() != 3)
            throw new ArgumentException($"The anomaly maps have the shape [{string.Join(", ", map.shape)}]; it has to be [N, height, width], one map an image.");
        using var scope = NewDisposeScope();
        return [.. map.cpu().to_type(ScalarType.Float64).sum([1, 2]).data<double>()]; // on the CPU: MPS knows no doubles
    }
}
