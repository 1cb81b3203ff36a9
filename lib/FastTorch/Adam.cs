using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using FastTorch.Memory;
using FastTorch.Threads;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace FastTorch;

/// <summary>Adam for 32-bit parameters on the processor, with one pass over memory per step instead of one per operation.</summary>
/// <remarks>Kingma and Ba, "Adam: A Method for Stochastic Optimization" (2015), algorithm 1, with PyTorch's defaults.</remarks>
public sealed class Adam : IDisposable
{
    private const double Beta1 = 0.9, Beta2 = 0.999, Epsilon = 1e-8;
    private const long PieceLength = 1 << 16;

    private readonly Moments[] all;

    /// <param name="parameters">What is fitted, by name.</param>
    /// <param name="learningRate">The size of the first steps.</param>
    /// <exception cref="ArgumentException">A parameter is of another type or on another device.</exception>
    public Adam(IEnumerable<(string Name, Parameter Parameter)> parameters, double learningRate)
    {
        LearningRate = learningRate;
        using var _ = no_grad();
        all = [.. parameters.Select(p => p.Parameter.device_type == DeviceType.CPU && p.Parameter.dtype == float32
            ? new Moments(p.Name, p.Parameter, zeros_like(p.Parameter).DetachFromDisposeScope(), zeros_like(p.Parameter).DetachFromDisposeScope())
            : throw new ArgumentException($"This Adam fits parameters in 32 bits on the processor; {p.Name} is of type {p.Parameter.dtype} on {p.Parameter.device}.", nameof(parameters)))];
    }

    /// <summary>The size of the steps to come.</summary>
    public double LearningRate { get; set; }

    /// <summary>How many steps were made.</summary>
    public int Steps { get; set; }

    /// <summary>The running means of the gradients and of their squares, under the parameters' names. They stay the optimiser's; write into them to restore a state.</summary>
    public IEnumerable<(string Name, Tensor Tensor)> State => all.SelectMany(m => new[] { ($"exp_avg.{m.Name}", m.Mean), ($"exp_avg_sq.{m.Name}", m.Square) });

    /// <summary>Forgets the gradients of the step before.</summary>
    public void ZeroGrad()
    {
        foreach (var m in all)
            m.Parameter.grad = null;
    }

    /// <summary>Moves each parameter against its gradient; a parameter without a gradient stays.</summary>
    public void Step()
    {
        Steps++;
        var rate = LearningRate / (1 - Math.Pow(Beta1, Steps));
        var correction = Math.Sqrt(1 - Math.Pow(Beta2, Steps));
        using var _ = no_grad();
        foreach (var m in all.Where(m => m.Parameter.grad is not null))
        {
            using var scope = NewDisposeScope();
            Step(m, (float)rate, (float)correction);
        }
    }

    /// <summary>The whole update in one pass over memory. Gradients and moments are stored in the order of their parameters.</summary>
    private static unsafe void Step(Moments m, float rate, float correction)
    {
        var length = m.Parameter.numel();
        var gradient = m.Parameter.grad!;
        if (!gradient.stride().SequenceEqual(m.Parameter.stride()))
        {
            var stored = empty_like(m.Parameter);
            gradient = stored.copy_(gradient);
        }
        nint weights = m.Parameter.Address(), gradients = gradient.Address(), means = m.Mean.Address(), squares = m.Square.Address();
        ComputeTeam.Run((int)((length + PieceLength - 1) / PieceLength), piece =>
        {
            var from = piece * PieceLength;
            var count = (int)Math.Min(PieceLength, length - from);
            Move(new((float*)weights + from, count), new((float*)gradients + from, count), new((float*)means + from, count), new((float*)squares + from, count), rate, correction);
        });
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Move(Span<float> weights, Span<float> gradients, Span<float> means, Span<float> squares, float rate, float correction)
    {
        var i = 0;
        for (; i <= weights.Length - Vector512<float>.Count; i += Vector512<float>.Count)
        {
            var gradient = Vector512.LoadUnsafe(ref gradients[i]);
            var mean = Vector512.LoadUnsafe(ref means[i]) * (float)Beta1 + gradient * (float)(1 - Beta1);
            var square = Vector512.LoadUnsafe(ref squares[i]) * (float)Beta2 + gradient * gradient * (float)(1 - Beta2);
            var weight = Vector512.LoadUnsafe(ref weights[i]) - mean * rate / (Vector512.Sqrt(square) / correction + Vector512.Create((float)Epsilon));
            mean.StoreUnsafe(ref means[i]);
            square.StoreUnsafe(ref squares[i]);
            weight.StoreUnsafe(ref weights[i]);
        }
        for (; i < weights.Length; i++)
        {
            means[i] = means[i] * (float)Beta1 + gradients[i] * (float)(1 - Beta1);
            squares[i] = squares[i] * (float)Beta2 + gradients[i] * gradients[i] * (float)(1 - Beta2);
            weights[i] -= means[i] * rate / (MathF.Sqrt(squares[i]) / correction + (float)Epsilon);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var m in all)
        {
            m.Mean.Dispose();
            m.Square.Dispose();
        }
    }

    private sealed record Moments(string Name, Parameter Parameter, Tensor Mean, Tensor Square);
}
