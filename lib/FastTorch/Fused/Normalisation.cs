using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using FastTorch.Memory;
using FastTorch.Threads;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace FastTorch.Fused;

/// <summary>
/// Batch normalisation of one batch on the processor: its statistics and its gradients. Derived classes decide what follows
/// the normalisation.
/// </summary>
/// <remarks>
/// Ioffe and Szegedy, "Batch Normalization: Accelerating Deep Network Training by Reducing Internal Covariate Shift" (2015):
/// y = max(0, x̂·γ + β), x̂ = (x − μ)/√(σ² + ε), with mean and variance over the batch. Where y is above 0, g is its gradient,
/// elsewhere 0; then the gradient of β is Σg, of γ Σg·x̂, and of x γ/√(σ² + ε)·(g − Σg/n − x̂·Σg·x̂/n).
/// </remarks>
/// <typeparam name="T">How the input and its gradient are stored.</typeparam>
internal abstract unsafe class Normalisation<T> : IDisposable
    where T : struct, IStored
{
    private readonly BatchNorm2d norm;
    private readonly long length, outputLength;
    private readonly float[] mean, deviation;

    /// <summary>Computes the batch's statistics and updates the running ones.</summary>
    /// <param name="norm">Its weight, bias and running statistics are in 32 bits.</param>
    /// <param name="input">[N, C, H, W] of type <typeparamref name="T"/>; C is a power of two from 16 to 16,384. It is this object's from then on.</param>
    /// <param name="bias">[C], the bias that the convolution before left out; <c>null</c> if it has none. Normalisation cancels it, so it only affects the running mean.</param>
    /// <exception cref="ArgumentException">The channels are others, or of another type.</exception>
    protected Normalisation(BatchNorm2d norm, Tensor input, Tensor? bias)
    {
        using var given = input;
        if (input.shape[1] % IStored.Width != 0 || IStored.PartLength % input.shape[1] != 0 || input.dtype != T.Type)
            throw new ArgumentException($"Batch normalisation works on 16, 32, 64 … 16384 channels of {T.Type} here, not on {input.shape[1]} of {input.dtype}.", nameof(input));
        this.norm = norm;
        Input = ChannelsLast(input);
        (length, Channels, InputShape) = (input.numel(), (int)input.shape[1], Input.shape);
        outputLength = OutputShape.Aggregate((a, b) => a * b);
        var x = Input.Address();
        var near = new float[Channels]; // a value near the mean, so that squared differences stay small
        for (var c = 0; c < Channels; c += IStored.Width)
            T.Load(x, c).CopyTo(near, c);
        var sums = Sum(PartsOf(length), 2 * Channels, (part, sums) => AddMoments(x, part, near, sums));

        double n = length / Channels, epsilon = norm.eps, momentum = norm.momentum!.Value;
        (mean, deviation, Scale, Shift) = (new float[Channels], new float[Channels], new float[Channels], new float[Channels]);
        Span<float> weight = Floats(norm.weight!), offset = Floats(norm.bias!), leftOut = bias is null ? new float[Channels] : Floats(bias);
        Span<float> runningMean = Floats(norm.running_mean!), runningVariance = Floats(norm.running_var!);
        for (var c = 0; c < Channels; c++)
        {
            var m = sums[c] / n;
            var variance = Math.Max(0, sums[Channels + c] / n - m * m);
            m += near[c];
            var d = Math.Sqrt(variance + epsilon);
            (mean[c], deviation[c], Scale[c], Shift[c]) = ((float)m, (float)d, (float)(weight[c] / d), (float)(offset[c] - m * weight[c] / d));
            runningMean[c] = (float)((1 - momentum) * runningMean[c] + momentum * (m + leftOut[c]));
            runningVariance[c] = (float)((1 - momentum) * runningVariance[c] + momentum * variance * n / Math.Max(1, n - 1));
        }
        (*(long*)norm.num_batches_tracked!.Address())++;
    }

    /// <summary>y = max(0, x · scale + shift), one number per channel.</summary>
    protected float[] Scale { get; }

    /// <inheritdoc cref="Scale"/>
    protected float[] Shift { get; }

    /// <summary>The number of channels; a place's channels are adjacent in memory.</summary>
    protected int Channels { get; }

    /// <summary>[N, H, W, C].</summary>
    protected Tensor Input { get; }

    /// <inheritdoc cref="Input"/>
    protected long[] InputShape { get; }

    /// <summary>[N, H, W, C], at most as large as the input.</summary>
    protected virtual long[] OutputShape => InputShape;

    /// <summary>The number of parts that the output is computed in.</summary>
    protected int Parts => PartsOf(outputLength);

    /// <inheritdoc/>
    public virtual void Dispose()
    {
        Input.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>The gradients of weight and bias, which become their <c>grad</c>, and of the input.</summary>
    /// <param name="dy">The address that <see cref="PassBack"/> computes g from.</param>
    /// <param name="sums">Σg of each channel, then Σg·x of each.</param>
    /// <returns>[N, C, H, W]. The caller owns it.</returns>
    protected Tensor Backward(nint dy, ReadOnlySpan<double> sums)
    {
        var (slope, offset) = (new float[Channels], new float[Channels]); // dx = scale·g + slope·x + offset
        var products = new double[Channels];
        double n = length / Channels;
        for (var c = 0; c < Channels; c++)
        {
            products[c] = (sums[Channels + c] - mean[c] * sums[c]) / deviation[c];
            var s = -Scale[c] * products[c] / (n * deviation[c]);
            (slope[c], offset[c]) = ((float)s, (float)(-Scale[c] * sums[c] / n - s * mean[c]));
        }
        SetGradient(norm.weight!, products);
        SetGradient(norm.bias!, sums[..Channels]);

        var output = empty(InputShape, T.Type);
        var (x, dx) = (Input.Address(), output.Address());
        ComputeTeam.Run(Parts, part => PassBack(x, dy, dx, part, slope, offset));
        return ChannelsFirst(output);
    }

    /// <summary>Writes one part of dx = scale·g + slope·x + offset.</summary>
    protected abstract void PassBack(nint x, nint dy, nint dx, int part, float[] slope, float[] offset);

    /// <summary>Where a part of the output begins and ends.</summary>
    protected (long From, long To) Bounds(int part) => Bounds(part, outputLength);

    /// <summary>NaN stays NaN: if either operand is NaN, the instruction returns the second.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected static Vector512<float> ReLU(Vector512<float> value) => Vector512.MaxNative(Vector512<float>.Zero, value);

    /// <summary>A mask with all bits set where ReLU passes the gradient.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected static Vector512<float> IsAboveZero(Vector512<float> value) => Vector512.GreaterThan(value, Vector512<float>.Zero);

    /// <summary>Sums over all parts: in 32 bits within a part, in 64 bits over the parts.</summary>
    /// <param name="parts">How many parts.</param>
    /// <param name="count">How many sums.</param>
    /// <param name="add">Writes one part's sums.</param>
    protected static double[] Sum(int parts, int count, Adding add)
    {
        var each = ArrayPool<float>.Shared.Rent(parts * count);
        ComputeTeam.Run(parts, part => add(part, each.AsSpan(part * count, count)));
        var sums = new double[count];
        for (var part = 0; part < parts; part++)
        {
            for (var i = 0; i < count; i++)
                sums[i] += each[part * count + i];
        }
        ArrayPool<float>.Shared.Return(each);
        return sums;
    }

    /// <summary>[N, C, H, W] as [N, H, W, C]. The caller owns it.</summary>
    protected static Tensor ChannelsLast(Tensor x)
    {
        using var view = x.permute(0, 2, 3, 1);
        return view.contiguous();
    }

    /// <summary>[N, H, W, C] as [N, C, H, W]; takes over its input. The caller owns the result.</summary>
    protected static Tensor ChannelsFirst(Tensor x)
    {
        using (x)
            return x.permute(0, 3, 1, 2);
    }

    /// <summary>The numbers of a 32-bit tensor, in the order of memory.</summary>
    protected static Span<float> Floats(Tensor tensor) => new((void*)tensor.Address(), (int)tensor.numel());

    /// <summary>Sets a parameter's gradient.</summary>
    protected static void SetGradient(Parameter parameter, ReadOnlySpan<double> values)
    {
        using var gradient = zeros_like(parameter);
        var numbers = Floats(gradient);
        for (var i = 0; i < values.Length; i++)
            numbers[i] = (float)values[i];
        parameter.grad = gradient;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void AddMoments(nint x, int part, float[] near, Span<float> sums)
    {
        var (from, to) = Bounds(part, length);
        for (var c = 0; c < Channels; c += IStored.Width)
        {
            var origin = Vector512.LoadUnsafe(ref near[c]);
            var (sum, square) = (Vector512<float>.Zero, Vector512<float>.Zero);
            for (var i = from + c; i < to; i += Channels)
            {
                var value = T.Load(x, i) - origin;
                sum += value;
                square = Vector512.FusedMultiplyAdd(value, value, square);
            }
            sum.CopyTo(sums[c..]);
            square.CopyTo(sums[(Channels + c)..]);
        }
    }

    private static (long From, long To) Bounds(int part, long numbers) => (part * IStored.PartLength, Math.Min((part + 1) * IStored.PartLength, numbers));

    private static int PartsOf(long numbers) => (int)((numbers + IStored.PartLength - 1) / IStored.PartLength);

    /// <summary>Writes one part's sums.</summary>
    protected delegate void Adding(int part, Span<float> sums);
}
