using static TorchSharp.torch;

namespace AnomalyLab.Models;

/// <summary>What has seen good images and says how strange others are. Several threads may ask one detector at once.</summary>
public interface IAnomalyDetector : IDisposable
{
    /// <summary>Everything measured, by name, to be saved; the tensors stay the detector's.</summary>
    IReadOnlyDictionary<string, Tensor> State { get; }

    /// <summary>Judges images.</summary>
    /// <param name="images">[N, 3, H, W], RGB in 0..1, on any device; they stay the caller's.</param>
    /// <param name="cancellation">Ends it between two batches with an <see cref="OperationCanceledException"/>.</param>
    /// <returns>A map of each image's size, smoothed, and a score an image. The caller owns them.</returns>
    /// <exception cref="ArgumentException">The images have another shape.</exception>
    AnomalyMaps Score(Tensor images, CancellationToken cancellation = default);
}
