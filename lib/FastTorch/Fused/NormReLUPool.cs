using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace FastTorch.Fused;

/// <summary><see cref="NormReLU{T, TOut}"/> followed by 2×2 max pooling, in one pass: values before pooling are never written to memory.</summary>
/// <typeparam name="T">As there.</typeparam>
/// <typeparam name="TOut">As there.</typeparam>
/// <param name="norm">The normalisation.</param>
/// <param name="input">[N, C, H, W] as there; H and W are even.</param>
/// <param name="bias">[C], as there.</param>
internal sealed class NormReLUPool<T, TOut>(BatchNorm2d norm, Tensor input, Tensor? bias) : NormReLU<T, TOut>(norm, input, bias)
    where T : struct, IStored
    where TOut : struct, IStored
{
    /// <inheritdoc/>
    protected override long[] OutputShape => [InputShape[0], InputShape[1] / 2, InputShape[2] / 2, Channels];

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected override void Normalise(nint x, nint y, int part)
    {
        for (var c = 0; c < Channels; c += IStored.Width)
        {
            var (a, b) = (Vector512.LoadUnsafe(ref Scale[c]), Vector512.LoadUnsafe(ref Shift[c]));
            for (var square = new Square(this, part, c); square.IsInside; square.MoveOn())
            {
                var (x00, x01, x10, x11) = square.Load(x);
                TOut.Store(y, square.Output, ReLU(Largest(Line(x00, a, b), Line(x01, a, b), Line(x10, a, b), Line(x11, a, b))));
            }
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected override void AddGradients(nint x, nint dy, int part, Span<float> sums)
    {
        for (var c = 0; c < Channels; c += IStored.Width)
        {
            var (a, b) = (Vector512.LoadUnsafe(ref Scale[c]), Vector512.LoadUnsafe(ref Shift[c]));
            var (sum, product) = (Vector512<float>.Zero, Vector512<float>.Zero);
            for (var square = new Square(this, part, c); square.IsInside; square.MoveOn())
            {
                var (x00, x01, x10, x11) = square.Load(x);
                var (z00, z01, z10, z11) = (Line(x00, a, b), Line(x01, a, b), Line(x10, a, b), Line(x11, a, b));
                var largest = Largest(z00, z01, z10, z11);
                var value = Vector512.ConditionalSelect(Vector512.Equals(z00, largest), x00,
                    Vector512.ConditionalSelect(Vector512.Equals(z01, largest), x01,
                    Vector512.ConditionalSelect(Vector512.Equals(z10, largest), x10, x11)));
                var g = TOut.Load(dy, square.Output) & IsAboveZero(largest);
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
        for (var c = 0; c < Channels; c += IStored.Width)
        {
            var (a, b) = (Vector512.LoadUnsafe(ref Scale[c]), Vector512.LoadUnsafe(ref Shift[c]));
            var (p, q) = (Vector512.LoadUnsafe(ref slope[c]), Vector512.LoadUnsafe(ref offset[c]));
            for (var square = new Square(this, part, c); square.IsInside; square.MoveOn())
            {
                var (x00, x01, x10, x11) = square.Load(x);
                var (z00, z01, z10, z11) = (Line(x00, a, b), Line(x01, a, b), Line(x10, a, b), Line(x11, a, b));
                var largest = Largest(z00, z01, z10, z11);
                var g = TOut.Load(dy, square.Output) & IsAboveZero(largest);
                // Of equal values the first gets the gradient, as in libtorch.
                var g00 = g & Vector512.Equals(z00, largest);
                g = Vector512.AndNot(g, Vector512.Equals(z00, largest));
                var g01 = g & Vector512.Equals(z01, largest);
                g = Vector512.AndNot(g, Vector512.Equals(z01, largest));
                var g10 = g & Vector512.Equals(z10, largest);
                g = Vector512.AndNot(g, Vector512.Equals(z10, largest));
                square.Store(dx,
                    Vector512.FusedMultiplyAdd(g00, a, Line(x00, p, q)), Vector512.FusedMultiplyAdd(g01, a, Line(x01, p, q)),
                    Vector512.FusedMultiplyAdd(g10, a, Line(x10, p, q)), Vector512.FusedMultiplyAdd(g, a, Line(x11, p, q)));
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Line(Vector512<float> x, Vector512<float> slope, Vector512<float> offset) =>
        Vector512.FusedMultiplyAdd(x, slope, offset);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Largest(Vector512<float> a, Vector512<float> b, Vector512<float> c, Vector512<float> d) =>
        Vector512.MaxNative(Vector512.MaxNative(a, b), Vector512.MaxNative(c, d));

    /// <summary>Walks through a part of the output: the position of one output value and of the four input values it pools, for 16 channels.</summary>
    private struct Square
    {
        private readonly long end, channels, row;
        private long input, column;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Square(NormReLUPool<T, TOut> of, int part, int channel)
        {
            var (from, to) = of.Bounds(part);
            var width = of.InputShape[2];
            (channels, row, end) = (of.Channels, width * of.Channels, to);
            Output = from + channel;
            var columns = width / 2;
            var (y, x) = long.DivRem(from / channels, columns);
            input = 2 * y * row + 2 * x * channels + channel;
            column = columns - x;
        }

        public long Output { get; private set; }

        public readonly bool IsInside => Output < end;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void MoveOn()
        {
            Output += channels;
            input += 2 * channels;
            if (--column > 0)
                return;
            input += row;
            column = row / channels / 2;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly (Vector512<float>, Vector512<float>, Vector512<float>, Vector512<float>) Load(nint x) =>
            (T.Load(x, input), T.Load(x, input + channels), T.Load(x, input + row), T.Load(x, input + row + channels));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void Store(nint x, Vector512<float> x00, Vector512<float> x01, Vector512<float> x10, Vector512<float> x11)
        {
            T.Store(x, input, x00);
            T.Store(x, input + channels, x01);
            T.Store(x, input + row, x10);
            T.Store(x, input + row + channels, x11);
        }
    }
}
