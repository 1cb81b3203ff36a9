using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using AnomalyLab.Native;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace AnomalyLab.Models.Fused;

/// <summary>
/// Batch normalisation and ReLU of one batch in bfloat16 on the processor, forward and backward. Both wait for memory more
/// than they compute; together they pass over it eight times instead of thirteen.
/// </summary>
/// <remarks>
/// Ioffe and Szegedy, "Batch Normalization: Accelerating Deep Network Training by Reducing Internal Covariate Shift" (2015):
/// y = max(0, x̂·γ + β), x̂ = (x − μ)/√(σ² + ε), with mean and variance over the batch. Where y is above 0, g is its gradient,
/// elsewhere 0; then the gradient of β is Σg, of γ Σg·x̂, and of x γ/√(σ² + ε)·(g − Σg/n − x̂·Σg·x̂/n).
/// </remarks>
internal unsafe class NormReLU : IDisposable
{
    // Numbers that a thread works on at once, a multiple of all numbers of channels: they stay in its own caches.
    private const long PartLength = 1 << 14;

    private readonly BatchNorm2d norm;
    private readonly Tensor input;
    private readonly ScalarType outputType;
    private readonly long length, outputLength;
    private readonly float[] mean, deviation;

    /// <summary>Takes the batch's statistics, and has the running ones follow them.</summary>
    /// <param name="norm">Its weight, bias and running statistics are in 32 bits.</param>
    /// <param name="input">[N, C, H, W] in bfloat16; C is a power of two from 16 to 16,384. It is this object's from then on.</param>
    /// <param name="bias">[C], which the convolution that made the input left out: normalisation takes it away again, so it only moves the running mean.</param>
    /// <param name="outputType">What comes out, and its gradient: bfloat16, or 32 bits.</param>
    /// <exception cref="ArgumentException">The channels are others.</exception>
    public NormReLU(BatchNorm2d norm, Tensor input, Tensor bias, ScalarType outputType = ScalarType.BFloat16)
    {
        using var given = input;
        if (input.shape[1] % IStored.Width != 0 || PartLength % input.shape[1] != 0)
            throw new ArgumentException($"Batch normalisation in bfloat16 works on 16, 32, 64 … 16384 channels, not on {input.shape[1]}.", nameof(input));
        this.norm = norm;
        this.input = ChannelsLast(input);
        this.outputType = outputType;
        (length, Channels, InputShape) = (input.numel(), (int)input.shape[1], this.input.shape);
        outputLength = OutputShape.Aggregate((a, b) => a * b);
        var x = this.input.Address();
        var near = new float[Channels]; // the mean is not far from it, so that squares stay small
        for (var c = 0; c < Channels; c++)
            near[c] = BitConverter.UInt32BitsToSingle((uint)((ushort*)x)[c] << 16);
        var (sums, squares) = Sum(Parts(length), (part, sums, squares) => AddMoments(x, part, near, sums, squares));

        double n = length / Channels, epsilon = norm.eps, momentum = norm.momentum!.Value;
        (mean, deviation, Scale, Shift) = (new float[Channels], new float[Channels], new float[Channels], new float[Channels]);
        float* weight = Floats(norm.weight!), offset = Floats(norm.bias!), leftOut = Floats(bias);
        float* runningMean = Floats(norm.running_mean!), runningVariance = Floats(norm.running_var!);
        for (var c = 0; c < Channels; c++)
        {
            var m = sums[c] / n;
            var variance = Math.Max(0, squares[c] / n - m * m);
            m += near[c];
            var d = Math.Sqrt(variance + epsilon);
            (mean[c], deviation[c], Scale[c], Shift[c]) = ((float)m, (float)d, (float)(weight[c] / d), (float)(offset[c] - m * weight[c] / d));
            runningMean[c] = (float)((1 - momentum) * runningMean[c] + momentum * (m + leftOut[c]));
            runningVariance[c] = (float)((1 - momentum) * runningVariance[c] + momentum * variance * n / Math.Max(1, n - 1));
        }
        (*(long*)norm.num_batches_tracked!.Address())++;
    }

    /// <summary>y = max(0, x · scale + shift), a number a channel.</summary>
    protected float[] Scale { get; }

    /// <inheritdoc cref="Scale"/>
    protected float[] Shift { get; }

    /// <summary>Channels; as many numbers lie side by side for each place.</summary>
    protected int Channels { get; }

    /// <summary>[N, H, W, C].</summary>
    protected long[] InputShape { get; }

    /// <summary>[N, H, W, C], at most as large.</summary>
    protected virtual long[] OutputShape => InputShape;

    /// <summary>y.</summary>
    /// <returns>[N, C, H, W]. The caller owns it.</returns>
    public Tensor Forward()
    {
        var output = empty(OutputShape, outputType);
        var (x, y) = (input.Address(), output.Address());
        ComputeTeam.Run(Parts(outputLength), outputType == ScalarType.BFloat16
            ? part => Normalise<Rounded>(x, y, part)
            : part => Normalise<Unrounded>(x, y, part));
        return ChannelsFirst(output);
    }

    /// <summary>The gradients of weight and bias, which become their <c>grad</c>, and of the input.</summary>
    /// <param name="gradient">That of y, in its shape and type; it stays the caller's.</param>
    /// <returns>[N, C, H, W] in bfloat16. The caller owns it.</returns>
    public Tensor Backward(Tensor gradient)
    {
        using var dense = ChannelsLast(gradient);
        var output = empty(input.shape, ScalarType.BFloat16);
        var (x, dy, dx) = (input.Address(), dense.Address(), output.Address());
        var parts = Parts(outputLength);
        var (sums, products) = Sum(parts, outputType == ScalarType.BFloat16
            ? (part, sums, products) => AddGradients<Rounded>(x, dy, part, sums, products)
            : (part, sums, products) => AddGradients<Unrounded>(x, dy, part, sums, products));

        using var weightGradient = zeros_like(norm.weight!);
        using var biasGradient = zeros_like(norm.bias!);
        var (slope, offset) = (new float[Channels], new float[Channels]); // dx = scale·g + slope·x + offset
        double n = length / Channels;
        for (var c = 0; c < Channels; c++)
        {
            var product = (products[c] - mean[c] * sums[c]) / deviation[c];
            (Floats(weightGradient)[c], Floats(biasGradient)[c]) = ((float)product, (float)sums[c]);
            var s = -Scale[c] * product / (n * deviation[c]);
            (slope[c], offset[c]) = ((float)s, (float)(-Scale[c] * sums[c] / n - s * mean[c]));
        }
        norm.weight!.grad = weightGradient;
        norm.bias!.grad = biasGradient;

        ComputeTeam.Run(parts, outputType == ScalarType.BFloat16
            ? part => PassBack<Rounded>(x, dy, dx, part, slope, offset)
            : part => PassBack<Unrounded>(x, dy, dx, part, slope, offset));
        return ChannelsFirst(output);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        input.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Writes one part of y.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected virtual void Normalise<T>(nint x, nint y, int part) where T : struct, IStored
    {
        var (from, to) = Bounds(part);
        for (var c = 0; c < Channels; c += IStored.Width)
        {
            var (a, b) = (Vector512.LoadUnsafe(ref Scale[c]), Vector512.LoadUnsafe(ref Shift[c]));
            for (var i = from + c; i < to; i += Channels)
                T.Store(y, i, ReLU(Vector512.FusedMultiplyAdd(Rounded.Load(x, i), a, b)));
        }
    }

    /// <summary>One part's Σg and Σg·x, each a number a channel.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected virtual void AddGradients<T>(nint x, nint dy, int part, Span<float> sums, Span<float> products) where T : struct, IStored
    {
        var (from, to) = Bounds(part);
        for (var c = 0; c < Channels; c += IStored.Width)
        {
            var (a, b) = (Vector512.LoadUnsafe(ref Scale[c]), Vector512.LoadUnsafe(ref Shift[c]));
            var (sum, product) = (Vector512<float>.Zero, Vector512<float>.Zero);
            for (var i = from + c; i < to; i += Channels)
            {
                var value = Rounded.Load(x, i);
                var g = T.Load(dy, i) & IsAboveZero(Vector512.FusedMultiplyAdd(value, a, b));
                sum += g;
                product = Vector512.FusedMultiplyAdd(g, value, product);
            }
            sum.CopyTo(sums[c..]);
            product.CopyTo(products[c..]);
        }
    }

    /// <summary>Writes one part of dx = scale·g + slope·x + offset.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected virtual void PassBack<T>(nint x, nint dy, nint dx, int part, float[] slope, float[] offset) where T : struct, IStored
    {
        var (from, to) = Bounds(part);
        for (var c = 0; c < Channels; c += IStored.Width)
        {
            var (a, b) = (Vector512.LoadUnsafe(ref Scale[c]), Vector512.LoadUnsafe(ref Shift[c]));
            var (p, q) = (Vector512.LoadUnsafe(ref slope[c]), Vector512.LoadUnsafe(ref offset[c]));
            for (var i = from + c; i < to; i += Channels)
            {
                var value = Rounded.Load(x, i);
                var g = T.Load(dy, i) & IsAboveZero(Vector512.FusedMultiplyAdd(value, a, b));
                Rounded.Store(dx, i, Vector512.FusedMultiplyAdd(g, a, Vector512.FusedMultiplyAdd(value, p, q)));
            }
        }
    }

    /// <summary>Where a part of the output begins and ends.</summary>
    protected (long From, long To) Bounds(int part) => Bounds(part, outputLength);

    /// <summary>NaN stays NaN: of two numbers of which one is, the second is taken.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected static Vector512<float> ReLU(Vector512<float> value) => Vector512.MaxNative(Vector512<float>.Zero, value);

    /// <summary>All bits where ReLU lets the gradient through.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected static Vector512<float> IsAboveZero(Vector512<float> value) => Vector512.GreaterThan(value, Vector512<float>.Zero);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void AddMoments(nint x, int part, float[] near, Span<float> sums, Span<float> squares)
    {
        var (from, to) = Bounds(part, length);
        for (var c = 0; c < Channels; c += IStored.Width)
        {
            var origin = Vector512.LoadUnsafe(ref near[c]);
            var (sum, square) = (Vector512<float>.Zero, Vector512<float>.Zero);
            for (var i = from + c; i < to; i += Channels)
            {
                var value = Rounded.Load(x, i) - origin;
                sum += value;
                square = Vector512.FusedMultiplyAdd(value, value, square);
            }
            sum.CopyTo(sums[c..]);
            square.CopyTo(squares[c..]);
        }
    }

    private static (long From, long To) Bounds(int part, long numbers) => (part * PartLength, Math.Min((part + 1) * PartLength, numbers));

    private static int Parts(long numbers) => (int)((numbers + PartLength - 1) / PartLength);

    /// <summary>Two sums a channel: each part's in 32 bits, all parts' in 64.</summary>
    private (double[] First, double[] Second) Sum(int parts, Adding add)
    {
        var each = new float[parts * 2 * Channels];
        ComputeTeam.Run(parts, part =>
        {
            var sums = each.AsSpan(part * 2 * Channels, 2 * Channels);
            add(part, sums[..Channels], sums[Channels..]);
        });
        var (first, second) = (new double[Channels], new double[Channels]);
        for (var i = 0; i < each.Length; i += 2 * Channels)
        {
            for (var c = 0; c < Channels; c++)
            {
                first[c] += each[i + c];
                second[c] += each[i + Channels + c];
            }
        }
        return (first, second);
    }

    private static Tensor ChannelsLast(Tensor x)
    {
        using var view = x.permute(0, 2, 3, 1);
        return view.contiguous();
    }

    private static Tensor ChannelsFirst(Tensor x)
    {
        using (x)
            return x.permute(0, 3, 1, 2);
    }

    private static float* Floats(Tensor tensor) => (float*)tensor.Address();

    private delegate void Adding(int part, Span<float> first, Span<float> second);
}
