using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using FastTorch.Memory;
using FastTorch.Threads;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace FastTorch.Fused;

/// <summary>
/// Batch normalisation and ReLU in one pass. Both are bound by memory: together they read and write it eight times instead
/// of thirteen.
/// </summary>
/// <typeparam name="T">How the input and its gradient are stored.</typeparam>
/// <typeparam name="TOut">How the output and its gradient are stored.</typeparam>
/// <param name="norm">The normalisation.</param>
/// <param name="input">[N, C, H, W] as for <see cref="Normalisation{T}"/>.</param>
/// <param name="bias">[C], as there.</param>
internal class NormReLU<T, TOut>(BatchNorm2d norm, Tensor input, Tensor? bias) : Normalisation<T>(norm, input, bias)
    where T : struct, IStored
    where TOut : struct, IStored
{
    /// <summary>y.</summary>
    /// <returns>[N, C, H, W]. The caller owns it.</returns>
    public Tensor Forward()
    {
        var output = empty(OutputShape, TOut.Type);
        var (x, y) = (Input.Address(), output.Address());
        ComputeTeam.Run(Parts, part => Normalise(x, y, part));
        return ChannelsFirst(output);
    }

    /// <summary>The gradients of weight and bias, which become their <c>grad</c>, and of the input.</summary>
    /// <param name="gradient">The gradient of y, with y's shape and type; it stays the caller's.</param>
    /// <returns>[N, C, H, W]. The caller owns it.</returns>
    public Tensor Backward(Tensor gradient)
    {
        using var dense = ChannelsLast(gradient);
        var (x, dy) = (Input.Address(), dense.Address());
        return Backward(dy, Sum(Parts, 2 * Channels, (part, sums) => AddGradients(x, dy, part, sums)));
    }

    /// <summary>Writes one part of y.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected virtual void Normalise(nint x, nint y, int part)
    {
        var (from, to) = Bounds(part);
        for (var c = 0; c < Channels; c += IStored.Width)
        {
            var (a, b) = (Vector512.LoadUnsafe(ref Scale[c]), Vector512.LoadUnsafe(ref Shift[c]));
            for (var i = from + c; i < to; i += Channels)
                TOut.Store(y, i, ReLU(Vector512.FusedMultiplyAdd(T.Load(x, i), a, b)));
        }
    }

    /// <summary>One part's sums: Σg of each channel, then Σg·x of each.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected virtual void AddGradients(nint x, nint dy, int part, Span<float> sums)
    {
        var (from, to) = Bounds(part);
        for (var c = 0; c < Channels; c += IStored.Width)
        {
            var (a, b) = (Vector512.LoadUnsafe(ref Scale[c]), Vector512.LoadUnsafe(ref Shift[c]));
            var (sum, product) = (Vector512<float>.Zero, Vector512<float>.Zero);
            for (var i = from + c; i < to; i += Channels)
            {
                var value = T.Load(x, i);
                var g = TOut.Load(dy, i) & IsAboveZero(Vector512.FusedMultiplyAdd(value, a, b));
                sum += g;
                product = Vector512.FusedMultiplyAdd(g, value, product);
            }
            sum.CopyTo(sums[c..]);
            product.CopyTo(sums[(Channels + c)..]);
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected override void PassBack(nint x, nint dy, nint dx, int part, float[] slope, float[] offset)
    {
        var (from, to) = Bounds(part);
        for (var c = 0; c < Channels; c += IStored.Width)
        {
            var (a, b) = (Vector512.LoadUnsafe(ref Scale[c]), Vector512.LoadUnsafe(ref Shift[c]));
            var (p, q) = (Vector512.LoadUnsafe(ref slope[c]), Vector512.LoadUnsafe(ref offset[c]));
            for (var i = from + c; i < to; i += Channels)
            {
                var value = T.Load(x, i);
                var g = TOut.Load(dy, i) & IsAboveZero(Vector512.FusedMultiplyAdd(value, a, b));
                T.Store(dx, i, Vector512.FusedMultiplyAdd(g, a, Vector512.FusedMultiplyAdd(value, p, q)));
            }
        }
    }
}
