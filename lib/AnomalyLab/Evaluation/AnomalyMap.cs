using static TorchSharp.torch;

namespace AnomalyLab.Evaluation;

/// <summary>How much each pixel departs from what the model expects.</summary>
public static class AnomalyMap
{
    /// <summary>
    /// The residual as the tutorial defines it: input and reconstruction as 8-bit images, absolute differences, summed
    /// over the channels.
    /// </summary>
    /// <param name="input">Float images of shape [N, 3, H, W] in 0..1.</param>
    /// <param name="reconstruction">What the model made of them, the same shape; clipped to 0..1.</param>
    /// <returns>
    /// Whole numbers from 0 to 765 as a float tensor of shape [N, H, W] on the input's device. It belongs to the
    /// caller, to dispose; what was needed on the way is disposed here. NaN in gives NaN out.
    /// </returns>
    /// <remarks>
    /// A value becomes a byte as in NumPy's <c>np.uint8(np.clip(x * 255, 0, 255))</c>, which cuts the fraction off
    /// rather than rounding. For inputs made from bytes, byte / 255, that gives back each of the 256 bytes exactly in
    /// single precision, so maps and scores are the tutorial's to the last digit for the same reconstruction.
    /// </remarks>
    /// <exception cref="ArgumentException">The shapes differ or are not [N, channels, H, W].</exception>
    public static Tensor Residual(Tensor input, Tensor reconstruction)
    {
        if (input.dim() != 4 || !input.shape.SequenceEqual(reconstruction.shape))
            throw new ArgumentException($"The input has the shape [{string.Join(", ", input.shape)}] and the reconstruction [{string.Join(", ", reconstruction.shape)}]; both have to be the same [N, channels, height, width].");
        using var scope = NewDisposeScope();
        return (To8Bit(input) - To8Bit(reconstruction)).abs().sum(1).MoveToOuterDisposeScope();
    }

    private static Tensor To8Bit(Tensor images) => (images * 255).clamp(0, 255).floor();
}
