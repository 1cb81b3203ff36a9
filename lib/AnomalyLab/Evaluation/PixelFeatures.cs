using static TorchSharp.torch;

namespace AnomalyLab.Evaluation;

/// <summary>Describes a pixel and its neighbourhood by a few numbers that need no training.</summary>
public static class PixelFeatures
{
    private const double FineAt128 = 1, WideAt128 = 4; // standard deviations in pixels, in images of 128×128

    /// <summary>The number of features, 8: red, green and blue slightly smoothed, the same strongly smoothed, and the rise of brightness to the right and downwards.</summary>
    public const int Count = 8;

    /// <summary>The features of each pixel.</summary>
    /// <param name="images">[N, 3, side, side] in 0..1; they stay the caller's.</param>
    /// <returns>[N, <see cref="Count"/>, side, side]. The caller owns it.</returns>
    /// <exception cref="ArgumentException">The images have another shape.</exception>
    public static Tensor Of(Tensor images)
    {
        if (images.dim() != 4 || images.shape[1] != 3)
            throw new ArgumentException($"The images have the shape [{string.Join(", ", images.shape)}]; it has to be [N, 3, height, width].", nameof(images));
        using var scope = NewDisposeScope();
        var fine = Smoothed(images, FineAt128);
        var brightness = fine.mean([1], keepdim: true);
        return cat([fine, Smoothed(images, WideAt128), Rise(brightness, 3), Rise(brightness, 2)], 1).MoveToOuterDisposeScope();
    }

    private static Tensor Smoothed(Tensor images, double sigmaAt128) =>
        MapSmoothing.Gaussian(images.flatten(0, 1), sigmaAt128 * images.shape[^1] / 128).view(images.shape);

    /// <summary>The next pixel's value less this one's; 0 at the end.</summary>
    private static Tensor Rise(Tensor values, long dimension)
    {
        var last = values.shape[dimension] - 1;
        var rise = values.narrow(dimension, 1, last) - values.narrow(dimension, 0, last);
        return cat([rise, zeros_like(values.narrow(dimension, 0, 1))], dimension);
    }
}
