using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using AnomalyLab.Native;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace AnomalyLab.Models.Fused;

/// <summary>
/// Batch normalisation, ReLU, the 1×1 convolution that ends the model, and the mean squared error of what comes out: what lies
/// between is in 32 bits, and never in memory.
/// </summary>
/// <typeparam name="T">What lies in memory: what comes in, and its gradient.</typeparam>
internal sealed unsafe class NormReLUOutput<T> : Normalisation<T>
    where T : struct, IStored
{
    private const int Colours = 3;

    // Where the sums of a part begin: those of normalisation come first.
    private const int Weights = 2 * IStored.Width, Biases = Weights + Colours * IStored.Width, Squares = Biases + Colours;

    private readonly Conv2d output;
    private readonly Tensor images;
    private readonly float[] weights, biases;
    private readonly float rate; // a square's slope is twice the error; the error is a mean

    /// <param name="norm">The normalisation.</param>
    /// <param name="input">[N, 16, H, W] as for <see cref="Normalisation{T}"/>.</param>
    /// <param name="bias">[16], as there.</param>
    /// <param name="output">From 16 channels to three colours, in 32 bits.</param>
    /// <param name="images">[N, 3, H, W]: what should come out. They stay the caller's.</param>
    /// <exception cref="ArgumentException">The channels are others, or the images have another shape.</exception>
    public NormReLUOutput(BatchNorm2d norm, Tensor input, Tensor bias, Conv2d output, Tensor images) : base(norm, Checked(input, output, images), bias)
    {
        this.output = output;
        using (NewDisposeScope())
            this.images = ChannelsLast(images.to(float32)).MoveToOuterDisposeScope();
        (weights, biases) = ([.. Floats(output.weight!)], [.. Floats(output.bias!)]);
        rate = 2f / images.numel();
    }

    /// <summary>The mean squared error, and the gradients of all weights and biases, which become their <c>grad</c>, and of the input.</summary>
    /// <returns>One number; and [N, 16, H, W]. The caller owns both.</returns>
    public (Tensor Error, Tensor Gradient) Backward()
    {
        var (x, target) = (Input.Address(), images.Address());
        var sums = Sum(Parts, Squares + 1, (part, sums) => AddGradients(x, target, part, sums));
        SetGradient(output.weight!, sums.AsSpan(Weights, Colours * IStored.Width));
        SetGradient(output.bias!, sums.AsSpan(Biases, Colours));
        return (tensor((float)(sums[Squares] / images.numel())), Backward(target, sums.AsSpan(0, Weights)));
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        images.Dispose();
        base.Dispose();
    }

    /// <summary>One part's Σg and Σg·x of normalisation; then the gradients of the output's weights and biases, and the squared errors.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void AddGradients(nint x, nint target, int part, Span<float> sums)
    {
        var (a, b) = (Vector512.LoadUnsafe(ref Scale[0]), Vector512.LoadUnsafe(ref Shift[0]));
        var (w0, w1, w2) = (Vector512.LoadUnsafe(ref weights[0]), Vector512.LoadUnsafe(ref weights[IStored.Width]), Vector512.LoadUnsafe(ref weights[2 * IStored.Width]));
        var (b0, b1, b2) = (biases[0], biases[1], biases[2]);
        var (sum, product) = (Vector512<float>.Zero, Vector512<float>.Zero);
        var (v0, v1, v2) = (Vector512<float>.Zero, Vector512<float>.Zero, Vector512<float>.Zero);
        float p0 = 0, p1 = 0, p2 = 0, squares = 0;
        var (from, to) = Bounds(part);
        var colours = (float*)target + from / IStored.Width * Colours;
        for (var i = from; i < to; i += IStored.Width, colours += Colours)
        {
            var value = T.Load(x, i);
            var line = Vector512.FusedMultiplyAdd(value, a, b);
            var y = ReLU(line);
            var (e0, e1, e2) = (Error(y, w0, b0, colours[0]), Error(y, w1, b1, colours[1]), Error(y, w2, b2, colours[2]));
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
    protected override void PassBack(nint x, nint target, nint dx, int part, float[] slope, float[] offset)
    {
        var (a, b) = (Vector512.LoadUnsafe(ref Scale[0]), Vector512.LoadUnsafe(ref Shift[0]));
        var (p, q) = (Vector512.LoadUnsafe(ref slope[0]), Vector512.LoadUnsafe(ref offset[0]));
        var (w0, w1, w2) = (Vector512.LoadUnsafe(ref weights[0]), Vector512.LoadUnsafe(ref weights[IStored.Width]), Vector512.LoadUnsafe(ref weights[2 * IStored.Width]));
        var (b0, b1, b2) = (biases[0], biases[1], biases[2]);
        var (from, to) = Bounds(part);
        var colours = (float*)target + from / IStored.Width * Colours;
        for (var i = from; i < to; i += IStored.Width, colours += Colours)
        {
            var value = T.Load(x, i);
            var line = Vector512.FusedMultiplyAdd(value, a, b);
            var y = ReLU(line);
            var (e0, e1, e2) = (Error(y, w0, b0, colours[0]), Error(y, w1, b1, colours[1]), Error(y, w2, b2, colours[2]));
            var g = (e0 * rate * w0 + e1 * rate * w1 + e2 * rate * w2) & IsAboveZero(line);
            T.Store(dx, i, Vector512.FusedMultiplyAdd(g, a, Vector512.FusedMultiplyAdd(value, p, q)));
        }
    }

    private static Tensor Checked(Tensor input, Conv2d output, Tensor images)
    {
        var shape = input.shape;
        var error = shape[1] != IStored.Width || output.weight!.shape is not [Colours, IStored.Width, 1, 1]
            ? $"The output takes {IStored.Width} channels to {Colours} colours in one place, not {shape[1]} with weights [{string.Join(", ", output.weight!.shape)}]."
            : !images.shape.SequenceEqual([shape[0], Colours, shape[2], shape[3]])
            ? $"What comes out has shape [{shape[0]}, {Colours}, {shape[2]}, {shape[3]}], the images have [{string.Join(", ", images.shape)}]."
            : null;
        if (error is null)
            return input;
        input.Dispose();
        throw new ArgumentException(error);
    }

    /// <summary>How far one colour of one place is from the image's.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Error(Vector512<float> y, Vector512<float> weights, float bias, float target) => Vector512.Sum(y * weights) + bias - target;
}
