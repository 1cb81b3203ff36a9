using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using FastTorch.Memory;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace FastTorch.Fused;

/// <summary>
/// The end of a model in one pass: batch normalisation, ReLU, a final 1×1 convolution, and the mean squared error of its
/// output. The intermediate values are in 32 bits and never written to memory.
/// </summary>
/// <typeparam name="T">How the input and its gradient are stored.</typeparam>
internal sealed unsafe class NormReLUOutput<T> : Normalisation<T>
    where T : struct, IStored
{
    private const int Outputs = 3;

    // Where the sums of a part begin: those of normalisation come first.
    private const int Weights = 2 * IStored.Width, Biases = Weights + Outputs * IStored.Width, Squares = Biases + Outputs;

    private readonly Conv2d output;
    private readonly Tensor target;
    private readonly float[] weights, biases;
    private readonly float rate; // the derivative of the mean of e² is 2e / n

    /// <param name="norm">The normalisation.</param>
    /// <param name="input">[N, 16, H, W] as for <see cref="Normalisation{T}"/>.</param>
    /// <param name="bias">[16], as there.</param>
    /// <param name="output">From 16 channels to three, in 32 bits.</param>
    /// <param name="target">[N, 3, H, W]: what the output is compared with. It stays the caller's.</param>
    public NormReLUOutput(BatchNorm2d norm, Tensor input, Tensor? bias, Conv2d output, Tensor target) : base(norm, input, bias)
    {
        this.output = output;
        using (NewDisposeScope())
            this.target = ChannelsLast(target.to(float32)).MoveToOuterDisposeScope();
        (weights, biases) = ([.. Floats(output.weight!)], [.. Floats(output.bias!)]);
        rate = 2f / target.numel();
    }

    /// <summary>The mean squared error, and the gradients of all weights and biases, which become their <c>grad</c>, and of the input.</summary>
    /// <returns>One number; and [N, 16, H, W]. The caller owns both.</returns>
    public (Tensor Error, Tensor Gradient) Backward()
    {
        var (x, wanted) = (Input.Address(), target.Address());
        var sums = Sum(Parts, Squares + 1, (part, sums) => AddGradients(x, wanted, part, sums));
        SetGradient(output.weight!, sums.AsSpan(Weights, Outputs * IStored.Width));
        SetGradient(output.bias!, sums.AsSpan(Biases, Outputs));
        return (tensor((float)(sums[Squares] / target.numel())), Backward(wanted, sums.AsSpan(0, Weights)));
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        target.Dispose();
        base.Dispose();
    }

    /// <summary>One part's sums: the normalisation's Σg and Σg·x, then the gradients of the output's weights and biases, then the squared errors.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void AddGradients(nint x, nint wanted, int part, Span<float> sums)
    {
        var (a, b) = (Vector512.LoadUnsafe(ref Scale[0]), Vector512.LoadUnsafe(ref Shift[0]));
        var (w0, w1, w2) = (Vector512.LoadUnsafe(ref weights[0]), Vector512.LoadUnsafe(ref weights[IStored.Width]), Vector512.LoadUnsafe(ref weights[2 * IStored.Width]));
        var (b0, b1, b2) = (biases[0], biases[1], biases[2]);
        var (sum, product) = (Vector512<float>.Zero, Vector512<float>.Zero);
        var (v0, v1, v2) = (Vector512<float>.Zero, Vector512<float>.Zero, Vector512<float>.Zero);
        float p0 = 0, p1 = 0, p2 = 0, squares = 0;
        var (from, to) = Bounds(part);
        var values = (float*)wanted + from / IStored.Width * Outputs;
        for (var i = from; i < to; i += IStored.Width, values += Outputs)
        {
            var value = T.Load(x, i);
            var line = Vector512.FusedMultiplyAdd(value, a, b);
            var y = ReLU(line);
            var (e0, e1, e2) = (Error(y, w0, b0, values[0]), Error(y, w1, b1, values[1]), Error(y, w2, b2, values[2]));
            squares += e0 * e0 + e1 * e1 + e2 * e2;
            var (g0, g1, g2) = (e0 * rate, e1 * rate, e2 * rate);
            (p0, p1, p2) = (p0 + g0, p1 + g1, p2 + g2);
            v0 = Vector512.FusedMultiplyAdd(Vector512.Create(g0), y, v0);
            v1 = Vector512.FusedMultiplyAdd(Vector512.Create(g1), y, v1);
            v2 = Vector512.FusedMultiplyAdd(Vector512.Create(g2), y, v2);
            var g = (g0 * w0 + g1 * w1 + g2 * w2) & IsAboveZero(line);
            sum += g;
            product = Vector512.FusedMultiplyAdd(g, value, product);
        }
        sum.CopyTo(sums);
        product.CopyTo(sums[IStored.Width..]);
        v0.CopyTo(sums[Weights..]);
        v1.CopyTo(sums[(Weights + IStored.Width)..]);
        v2.CopyTo(sums[(Weights + 2 * IStored.Width)..]);
        (sums[Biases], sums[Biases + 1], sums[Biases + 2], sums[Squares]) = (p0, p1, p2, squares);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected override void PassBack(nint x, nint wanted, nint dx, int part, float[] slope, float[] offset)
    {
        var (a, b) = (Vector512.LoadUnsafe(ref Scale[0]), Vector512.LoadUnsafe(ref Shift[0]));
        var (p, q) = (Vector512.LoadUnsafe(ref slope[0]), Vector512.LoadUnsafe(ref offset[0]));
        var (w0, w1, w2) = (Vector512.LoadUnsafe(ref weights[0]), Vector512.LoadUnsafe(ref weights[IStored.Width]), Vector512.LoadUnsafe(ref weights[2 * IStored.Width]));
        var (b0, b1, b2) = (biases[0], biases[1], biases[2]);
        var (from, to) = Bounds(part);
        var values = (float*)wanted + from / IStored.Width * Outputs;
        for (var i = from; i < to; i += IStored.Width, values += Outputs)
        {
            var value = T.Load(x, i);
            var line = Vector512.FusedMultiplyAdd(value, a, b);
            var y = ReLU(line);
            var (e0, e1, e2) = (Error(y, w0, b0, values[0]), Error(y, w1, b1, values[1]), Error(y, w2, b2, values[2]));
            var g = (e0 * rate * w0 + e1 * rate * w1 + e2 * rate * w2) & IsAboveZero(line);
            T.Store(dx, i, Vector512.FusedMultiplyAdd(g, a, Vector512.FusedMultiplyAdd(value, p, q)));
        }
    }

    /// <summary>Whether this class can compute these layers: a 1×1 convolution from 16 channels to three, and a target of the output's shape.</summary>
    public static bool Fits(BatchNorm2d norm, Conv2d output, Tensor target) =>
        norm.num_features == IStored.Width && output.weight!.shape is [Outputs, IStored.Width, 1, 1] && output.bias is not null
        && output.stride is [1, 1] && output.padding is [0, 0] && target.shape is [_, Outputs, _, _];

    /// <summary>The error of one output channel at one place.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Error(Vector512<float> y, Vector512<float> weights, float bias, float target) => Vector512.Sum(y * weights) + bias - target;
}
