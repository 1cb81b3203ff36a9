using AnomalyLab.Evaluation;
using static TorchSharp.torch;

namespace AnomalyLab.Models;

/// <summary>Anomaly maps of images, and one score per image.</summary>
/// <param name="Maps">How strange each pixel is, [N, H, W] on the processor: 0 is as usual, and there is no upper end. Disposed with this record.</param>
/// <param name="Scores">One number an image, in the maps' order: the higher, the more likely it is defective.</param>
public sealed record AnomalyMaps(Tensor Maps, double[] Scores) : IDisposable
{
    internal const int BatchSize = 8;
    private const double SmoothingAt224 = 2; // pixels, in images whose shorter side is 224

    /// <summary>Scores images batch by batch.</summary>
    /// <param name="images">[N, 3, H, W].</param>
    /// <param name="judge">Makes a batch's maps, of any size, and scores.</param>
    /// <param name="cancellation">Ends it between two batches.</param>
    internal static AnomalyMaps Of(Tensor images, Func<Tensor, (Tensor Maps, double[] Scores)> judge, CancellationToken cancellation)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var scores = new List<double>();
        Tensor[] maps = [.. images.split(BatchSize).Select(batch =>
        {
            cancellation.ThrowIfCancellationRequested();
            using var inner = NewDisposeScope();
            var (height, width) = (batch.shape[2], batch.shape[3]);
            var (map, score) = judge(batch);
            scores.AddRange(score);
            return MapSmoothing.Gaussian(AnomalyMap.Resize(map.cpu(), height, width), SmoothingAt224 * Math.Min(height, width) / 224).MoveToOuterDisposeScope();
        })];
        return new(cat(maps).DetachFromDisposeScope(), [.. scores]);
    }

    /// <inheritdoc/>
    public void Dispose() => Maps.Dispose();
}
