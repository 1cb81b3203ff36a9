using FastTorch;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace AnomalyLab.Training;

/// <summary>Adam, with a state that can be saved and restored.</summary>
/// <remarks>Kingma and Ba, "Adam: A Method for Stochastic Optimization" (2015), algorithm 1, with PyTorch's defaults.</remarks>
/// <param name="parameters">What is fitted, by name.</param>
/// <param name="learningRate">The size of the first steps.</param>
public sealed class Adam(IEnumerable<(string Name, Parameter Parameter)> parameters, double learningRate) : IDisposable
{
    private const double Beta1 = 0.9, Beta2 = 0.999, Epsilon = 1e-8;

    private readonly (string Name, Parameter Weights, Tensor Mean, Tensor Square)[] all =
        [.. parameters.Select(p => (p.Name, p.Parameter, ZerosLike(p.Parameter), ZerosLike(p.Parameter)))];

    /// <summary>The size of the steps to come.</summary>
    public double LearningRate { get; set; } = learningRate;

    /// <summary>How many steps were made.</summary>
    public int Steps { get; set; }

    /// <summary>The running means of the gradients and of their squares, under the parameters' names.</summary>
    public IEnumerable<(string Name, Tensor Tensor)> State => all.SelectMany(p => new[] { ($"exp_avg.{p.Name}", p.Mean), ($"exp_avg_sq.{p.Name}", p.Square) });

    /// <summary>Forgets the gradients of the step before.</summary>
    public void ZeroGrad()
    {
        foreach (var p in all)
            p.Weights.grad = null;
    }

    /// <summary>Moves each parameter against its gradient; a parameter without a gradient stays.</summary>
    public void Step()
    {
        Steps++;
        using var _ = no_grad();
        using Scalar beta1 = Beta1.ToScalar(), beta2 = Beta2.ToScalar(), rest1 = (1 - Beta1).ToScalar(), rest2 = (1 - Beta2).ToScalar();
        using var step = (-LearningRate / (1 - Math.Pow(Beta1, Steps))).ToScalar();
        foreach (var (_, weights, mean, square) in all.Where(p => p.Weights.grad is not null))
        {
            using var scope = NewDisposeScope();
            var gradient = weights.grad!;
            mean.mul_(beta1).add_(gradient, alpha: rest1);
            square.mul_(beta2).addcmul_(gradient, gradient, rest2);
            var spread = square.sqrt().Over(Math.Sqrt(1 - Math.Pow(Beta2, Steps))).Plus(Epsilon);
            weights.addcdiv_(mean, spread, step);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var p in all)
        {
            p.Mean.Dispose();
            p.Square.Dispose();
        }
    }

    private static Tensor ZerosLike(Parameter parameter)
    {
        using var _ = no_grad();
        return zeros_like(parameter).DetachFromDisposeScope();
    }
}
