using AnomalyLab.Data;
using static TorchSharp.torch;

namespace AnomalyLab.Training.Painting;

/// <summary>Painted images and their masks, ready to learn from.</summary>
/// <param name="images">The images.</param>
internal sealed class PaintedBatch(IReadOnlyList<PaintedImage> images)
{
    /// <summary>How many images there are.</summary>
    public int Count => images.Count;

    /// <summary>The images, [N, 3, side, side], stored channels-last. The caller owns them.</summary>
    public Tensor Images() => Raster.ToTensor([.. images.Select(painted => painted.Image)]);

    /// <summary>The masks at half their size, [N, side / 2, side / 2]: the defective part of each 2 × 2 pixels. The caller owns them.</summary>
    public Tensor HalfMasks()
    {
        using var scope = NewDisposeScope();
        var side = images[0].Image.Side;
        var masks = tensor(images.SelectMany(painted => painted.Mask).ToArray(), [images.Count, side, side]).to(float32);
        return nn.functional.avg_pool2d(masks, 2).MoveToOuterDisposeScope();
    }
}
