using AnomalyLab.Models;
using AnomalyLab.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace AnomalyLab.Tests.Models;

/// <summary>The fast way computes what autograd and TorchSharp's optimiser compute, parameter by parameter, in a network small enough that roundings stay small.</summary>
public sealed class SameNumbersTests : IDisposable
{
    private readonly DisposeScope scope = NewDisposeScope();
    private readonly Tensor images;

    public SameNumbersTests()
    {
        random.manual_seed(3);
        images = rand(4, 3, 32, 32);
    }

    public void Dispose() => scope.Dispose();

    [Theory]
    [InlineData(Float64)]
    [InlineData(Float32)]
    public void Each_parameters_gradient_is_autograds(ScalarType type)
    {
        using var model = Small();
        using var reference = Small();
        reference.to(type);
        nn.functional.mse_loss(reference.forward(images.to(type)), images.to(type)).backward();
        model.Backpropagate(images).Dispose();

        var expected = Gradients(reference);
        var actual = Gradients(model);
        foreach (var (name, gradient) in expected)
        {
            // Normalisation takes the bias before it away again: its gradient is 0 but for roundings, and the fast way leaves it out.
            var least = name.EndsWith("bias", StringComparison.Ordinal) && !actual.ContainsKey(name) ? 1 : 0;
            AssertNear(gradient, actual.GetValueOrDefault(name) ?? zeros_like(gradient), 1e-4, $"the gradient of {name}", least);
        }
    }

    [Fact]
    public void Ten_steps_of_the_optimiser_are_TorchSharps()
    {
        using var model = Small();
        using var reference = Small();
        using var fast = new Adam(model.named_parameters(), 1e-3);
        using var slow = optim.Adam(reference.parameters(), lr: 1e-3);
        for (var step = 1; step <= 10; step++)
        {
            fast.ZeroGrad();
            slow.zero_grad();
            foreach (var (of, to) in model.parameters().Zip(reference.parameters()))
            {
                of.grad = randn_like(of);
                to.grad = of.grad!.clone();
            }
            fast.Step();
            slow.step();
            foreach (var (of, to) in model.named_parameters().Zip(reference.named_parameters()))
                AssertNear(to.parameter.detach(), of.parameter.detach(), 1e-6, $"{of.name} after {step} steps");
        }
    }

    [Fact]
    public void The_folded_forward_is_the_plain_one()
    {
        using var model = Small();
        for (var i = 0; i < 3; i++)
            model.forward(images); // running statistics that are not those of a fresh model
        using var folded = model.Fold();
        model.eval();
        using var _ = no_grad();
        AssertNear(model.forward(images), folded.Forward(images), 1e-5, "the reconstruction");
    }

    private static Autoencoder Small()
    {
        var model = new Autoencoder(seed: 1, 16, 32);
        model.train();
        return model;
    }

    private const ScalarType Float64 = ScalarType.Float64, Float32 = ScalarType.Float32;

    private static Dictionary<string, Tensor> Gradients(Autoencoder model) =>
        model.named_parameters().Where(p => p.parameter.grad is not null).ToDictionary(p => p.name, p => p.parameter.grad!);

    /// <summary>Both as a whole are no farther apart than the tolerance, as a share of the expected one's size, or of <paramref name="least"/> where that is more.</summary>
    private static void AssertNear(Tensor expected, Tensor actual, double tolerance, string what, double least = 0)
    {
        var (e, a) = (expected.to(float64), actual.to(float64));
        var share = (e - a).norm().item<double>() / Math.Max(least, e.norm().item<double>());
        Assert.True(share <= tolerance, $"{what} is {share:0.0e0} of its size away from the expected one, at most {tolerance:0.0e0}.");
    }
}
