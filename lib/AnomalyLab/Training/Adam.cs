using TorchSharp;
using static TorchSharp.torch;

namespace AnomalyLab.Training;

/// <summary>
/// Adam, with a state that can be kept and given back. It works on pieces that fit into the processor's cache, so that
/// memory is passed over once a step and not once an operation.
/// </summary>
/// <remarks>Kingma and Ba, "Adam: A Method for Stochastic Optimization" (2015), algorithm 1, with PyTorch's defaults.</remarks>
internal sealed class Adam : IDisposable
{
    private const double Beta1 = 0.9, Beta2 = 0.999;
    private const long PieceLength = 1 << 16;

    // TorchSharp hands a number over in an object that a garbage collection may take away while libtorch still reads it,
    // unless something else holds it, as these fields do.
    private readonly Scalar beta1 = Beta1, beta2 = Beta2, rest1 = 1 - Beta1, rest2 = 1 - Beta2, epsilon = 1e-8;
    private readonly double learningRate;
    private readonly Moments[] all;

    /// <param name="parameters">What is fitted, by name.</param>
    /// <param name="learningRate">The step size.</param>
    public Adam(IEnumerable<(string Name, TorchSharp.Modules.Parameter Parameter)> parameters, double learningRate)
    {
        this.learningRate = learningRate;
        using var _ = no_grad();
        all = [.. parameters.Select(p => new Moments(p.Name, p.Parameter,
            zeros_like(p.Parameter).DetachFromDisposeScope(), zeros_like(p.Parameter).DetachFromDisposeScope()))];
    }

    /// <summary>How many steps were made.</summary>
    public int Steps { get; set; }

    /// <summary>The running means of the gradients and of their squares, one of each for a parameter. They stay the optimizer's.</summary>
    public IEnumerable<(string Name, Tensor Tensor)> State => all.SelectMany(m => new[] { ($"exp_avg.{m.Name}", m.Mean), ($"exp_avg_sq.{m.Name}", m.Square) });

    /// <summary>Forgets the gradients of the step before.</summary>
    public void ZeroGrad()
    {
        foreach (var m in all)
            m.Parameter.grad = null;
    }

    /// <summary>Moves each parameter against its gradient; one without a gradient stays.</summary>
    public void Step()
    {
        Steps++;
        Scalar rate = -learningRate / (1 - Math.Pow(Beta1, Steps));
        Scalar correction = Math.Sqrt(1 - Math.Pow(Beta2, Steps));
        using var _ = no_grad();
        foreach (var m in all.Where(m => m.Parameter.grad is not null))
        {
            using var scope = NewDisposeScope();
            Tensor[] whole = [Flat(m.Parameter), Flat(m.Parameter.grad!), Flat(m.Mean), Flat(m.Square)];
            for (long from = 0; from < whole[0].numel(); from += PieceLength)
            {
                using var inner = NewDisposeScope();
                var piece = whole.Select(t => t.narrow(0, from, Math.Min(PieceLength, t.numel() - from))).ToArray();
                var (weights, gradient, mean, square) = (piece[0], piece[1], piece[2], piece[3]);
                mean.mul_(beta1).add_(gradient, alpha: rest1);
                square.mul_(beta2).addcmul_(gradient, gradient, rest2);
                weights.addcdiv_(mean, square.sqrt().div_(correction).add_(epsilon), rate);
            }
        }
        GC.KeepAlive(rate);
        GC.KeepAlive(correction);
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

    /// <summary>The numbers in the order in which they are stored; gradients are stored as their parameters are.</summary>
    private static Tensor Flat(Tensor tensor) => tensor.detach().as_strided([tensor.numel()], [1]);

    private sealed record Moments(string Name, TorchSharp.Modules.Parameter Parameter, Tensor Mean, Tensor Square);
}
