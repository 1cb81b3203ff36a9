using AnomalyLab.Display;
using FastTorch;
using static TorchSharp.torch;

namespace AnomalyLab.Evaluation;

/// <summary>How much each pixel departs from what the model expects.</summary>
/// <remarks>
/// A map comes from one of the residuals here. It may then be calibrated (<see cref="PixelCalibration"/>), smoothed
/// (<see cref="MapSmoothing"/>) and reduced to a score (<see cref="AnomalyScore"/>), in this order. All are float tensors of shape
/// [N, H, W] on the input's device. The caller owns and disposes each result; temporary tensors are disposed here. NaN
/// in gives NaN out.
/// </remarks>
public static class AnomalyMap
{
    /// <summary>
    /// The residual as the tutorial defines it: input and reconstruction as 8-bit images, absolute differences, summed
    /// over the channels.
    /// </summary>
    /// <param name="input">Float images of shape [N, 3, H, W] in 0..1.</param>
    /// <param name="reconstruction">What the model made of them, the same shape; clipped to 0..1.</param>
    /// <returns>Whole numbers from 0 to 765.</returns>
    /// <remarks>
    /// A value becomes a byte as in NumPy's <c>np.uint8(np.clip(x * 255, 0, 255))</c>, which cuts the fraction off
    /// rather than rounding. For inputs made from bytes, byte / 255, this restores each of the 256 bytes exactly in
    /// single precision, so the same reconstruction gives the tutorial's maps and scores to the last digit.
    /// </remarks>
    /// <exception cref="ArgumentException">The shapes differ or are not [N, channels, H, W].</exception>
    public static Tensor Residual(Tensor input, Tensor reconstruction)
    {
        CheckShapes(input, reconstruction);
        using var scope = NewDisposeScope();
        return (To8Bit(input) - To8Bit(reconstruction)).abs().sum(1).MoveToOuterDisposeScope();
    }

    /// <summary>The mean over the channels of the absolute differences, 0..1.</summary>
    /// <param name="input">Float images of shape [N, C, H, W] in 0..1.</param>
    /// <param name="reconstruction">What the model made of them, the same shape and range.</param>
    /// <exception cref="ArgumentException">The shapes differ or are not [N, channels, H, W].</exception>
    public static Tensor Absolute(Tensor input, Tensor reconstruction)
    {
        CheckShapes(input, reconstruction);
        using var scope = NewDisposeScope();
        return (input - reconstruction).abs().mean([1]).MoveToOuterDisposeScope();
    }

    /// <summary>Resizes maps, for example to the size of the masks: bilinear between the pixels' centres.</summary>
    /// <param name="maps">Float maps of shape [N, H, W]; they stay the caller's.</param>
    /// <param name="height">The new height in pixels.</param>
    /// <param name="width">The new width in pixels.</param>
    /// <exception cref="ArgumentException">The maps have another shape.</exception>
    public static Tensor Resize(Tensor maps, long height, long width)
    {
        CheckShape(maps);
        using var scope = NewDisposeScope();
        return nn.functional.interpolate(maps.unsqueeze(1), [height, width], mode: InterpolationMode.Bilinear, align_corners: false)
            .squeeze(1).MoveToOuterDisposeScope();
    }

    internal static void CheckShape(Tensor maps)
    {
        if (maps.dim() != 3)
            throw new ArgumentException(Texts.Format($"The anomaly maps have the shape [{string.Join(", ", maps.shape)}]; it has to be [N, height, width], one map an image."));
    }

    private static void CheckShapes(Tensor input, Tensor reconstruction)
    {
        if (input.dim() != 4 || !input.shape.SequenceEqual(reconstruction.shape))
            throw new ArgumentException(Texts.Format($"The input has the shape [{string.Join(", ", input.shape)}] and the reconstruction [{string.Join(", ", reconstruction.shape)}]; both have to be the same [N, channels, height, width]."));
    }

    private static Tensor To8Bit(Tensor images) => images.Times(255).Clipped(0, 255).floor();
}
