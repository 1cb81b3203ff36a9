using AnomalyLab.Display;
using TorchSharp;
using static TorchSharp.torch;

namespace AnomalyLab.Evaluation;

/// <summary>
/// Averages over each pixel's neighbourhood: single noisy pixels fade, spots stay. Maps are mirrored at their edges without
/// repeating the edge pixels (OpenCV's <c>BORDER_REFLECT_101</c>, SciPy's <c>mirror</c>).
/// </summary>
public static class MapSmoothing
{
    /// <summary>The mean around each pixel, weighted by a Gaussian that is cut off at four standard deviations.</summary>
    /// <param name="maps">Float maps of shape [N, H, W]; they stay the caller's.</param>
    /// <param name="sigma">The Gaussian's standard deviation in pixels, more than 0.</param>
    /// <returns>The same shape. The caller owns it.</returns>
    /// <exception cref="ArgumentException">The maps have another shape or are too small, or sigma is not more than 0.</exception>
    public static Tensor Gaussian(Tensor maps, double sigma)
    {
        if (!(sigma > 0))
            throw new ArgumentException(Texts.Format($"The Gaussian's standard deviation is {sigma} pixels; it has to be more than 0."), nameof(sigma));
        var radius = (int)(4 * sigma + 0.5);
        AnomalyMap.CheckShape(maps);
        if (radius >= maps.shape[1] || radius >= maps.shape[2])
            throw new ArgumentException(Texts.Format($"The maps are {maps.shape[1]}×{maps.shape[2]} pixels, too small to be smoothed over {2 * radius + 1} pixels."), nameof(maps));
        using var scope = NewDisposeScope();
        var bell = tensor([.. Enumerable.Range(-radius, 2 * radius + 1).Select(i => Math.Exp(-i * i / (2 * sigma * sigma)))]);
        var kernel = (bell / bell.sum()).to(float32).to(maps.dtype, maps.device);
        var down = Along(kernel, maps.shape[1]);
        var right = maps.shape[1] == maps.shape[2] ? down : Along(kernel, maps.shape[2]);
        return down.matmul(maps).matmul(right.t()).MoveToOuterDisposeScope(); // along columns, then along rows
    }

    /// <summary>The matrix that smooths one row or column: multiplying by it is many times faster than a single-channel convolution.</summary>
    private static Tensor Along(Tensor kernel, long length)
    {
        var radius = kernel.shape[0] / 2;
        var single = eye(length, dtype: kernel.dtype, device: kernel.device).view(1, 1, length, length);
        var padded = nn.functional.pad(single, [0, 0, radius, radius], mode: PaddingModes.Reflect);
        return padded.unfold(2, kernel.shape[0], 1).matmul(kernel).view(length, length);
    }
}
