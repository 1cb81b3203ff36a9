using static TorchSharp.torch;

namespace AnomalyLab.Models;

/// <summary>Has learned from good images, and says how anomalous others are. Several threads may use one detector at once.</summary>
public interface IAnomalyDetector : IDisposable
{
    /// <summary>Everything learned, by name, for saving; the tensors stay the detector's.</summary>
    IReadOnlyDictionary<string, Tensor> State { get; }

    /// <summary>Scores images.</summary>
    /// <param name="images">[N, 3, H, W], RGB in 0..1, on any device; they stay the caller's.</param>
    /// <param name="cancellation">Ends it between two batches with an <see cref="OperationCanceledException"/>.</param>
    /// <returns>For each image a smoothed map of its size, and a score. The caller owns them.</returns>
    /// <exception cref="ArgumentException">The images have another shape.</exception>
    AnomalyMaps Score(Tensor images, CancellationToken cancellation = default);
}
