using TorchSharp;
using static TorchSharp.torch;

namespace FastTorch;

/// <summary>
/// Arithmetic of tensors and numbers that garbage collections on other threads cannot disturb. Each result is the caller's.
/// </summary>
/// <remarks>
/// TorchSharp 0.107 passes a number to libtorch in a <c>Scalar</c> that nothing keeps alive during the call: if a garbage
/// collection runs its finaliser at that moment, libtorch reads freed memory. <c>x * 2</c>, <c>x.clamp(0, 1)</c> and even
/// <c>a + b</c> (which is a + 1·b) make one. Here each is kept alive until the call returns. All of <c>lib/</c> uses these
/// methods; BannedSymbols.txt forbids the others.
/// </remarks>
public static class Numbers
{
    private static readonly Scalar Plus1 = 1.0.ToScalar();

    /// <returns>x + y</returns>
    public static Tensor Plus(this Tensor x, Tensor y) => x.add(y, Plus1);

    /// <returns>x + y</returns>
    public static Tensor Plus(this Tensor x, double y)
    {
        using var number = y.ToScalar();
        return x.add(number, Plus1);
    }

    /// <summary>Adds to x itself.</summary>
    /// <returns>x</returns>
    public static Tensor Add(this Tensor x, Tensor y) => x.add_(y, Plus1);

    /// <returns>x · y</returns>
    public static Tensor Times(this Tensor x, double y)
    {
        using var number = y.ToScalar();
        return x.mul(number);
    }

    /// <returns>x / y</returns>
    public static Tensor Over(this Tensor x, double y)
    {
        using var number = y.ToScalar();
        return x.div(number);
    }

    /// <returns>x, clipped to the range from <paramref name="least"/> to <paramref name="most"/>.</returns>
    public static Tensor Clipped(this Tensor x, double least, double most = double.PositiveInfinity)
    {
        using Scalar low = least.ToScalar(), high = most.ToScalar();
        return x.clamp(low, high);
    }
}
