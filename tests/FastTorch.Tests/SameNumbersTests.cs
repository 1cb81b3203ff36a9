using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace FastTorch.Tests;

/// <summary>
/// The fast way computes what autograd and TorchSharp's optimiser compute, parameter by parameter, in networks small enough
/// that roundings stay small.
/// </summary>
public sealed class SameNumbersTests : IDisposable
{
    private readonly DisposeScope scope = NewDisposeScope();
    private readonly Tensor input;

    public SameNumbersTests()
    {
        random.manual_seed(3);
        input = rand(4, 3, 16, 16);
    }

    public void Dispose() => scope.Dispose();

    /// <summary>Chains that take different ways through FastTorch.</summary>
    public static TheoryData<string> Chains => ["autoencoder", "wide end", "sigmoid end", "no biases", "plain layers between", "strides and groups"];

    [Theory]
    [MemberData(nameof(Chains))]
    public void Each_parameters_gradient_is_autograds_in_64_bits(string chain) => GradientsAreAutograds(chain, float64, loss: null);

    [Theory]
    [MemberData(nameof(Chains))]
    public void Each_parameters_gradient_is_autograds_in_32_bits(string chain) => GradientsAreAutograds(chain, float32, loss: null);

    [Fact]
    public void Another_loss_gives_its_own_gradients() => GradientsAreAutograds("autoencoder", float64, (output, target) => functional.l1_loss(output, target));

    private void GradientsAreAutograds(string chain, ScalarType type, Func<Tensor, Tensor, Tensor>? loss)
    {
        using var model = Make(chain);
        using var reference = Make(chain);
        reference.to(type);
        var output = reference.forward(input.to(type));
        var target = rand_like(output);
        var expected = (loss ?? ((a, b) => functional.mse_loss(a, b)))(output, target);
        expected.backward();

        var fast = FastModel.Of(model, out var reason);
        Assert.True(fast is { NotFused: null }, $"{reason}{fast?.NotFused}");
        using var error = fast!.Backpropagate(input, target.to(float32), loss);

        AssertNear(expected.detach(), error, 1e-5, "the loss");
        var actual = Gradients(model);
        foreach (var (name, gradient) in Gradients(reference))
        {
            // Normalisation takes the bias before it away again: its gradient is 0 but for roundings, and the fast way leaves it out.
            var least = name.EndsWith("bias", StringComparison.Ordinal) && !actual.ContainsKey(name) ? 1 : 0;
            AssertNear(gradient, actual.GetValueOrDefault(name) ?? zeros_like(gradient), 1e-4, $"the gradient of {name}", least);
        }
        foreach (var (mine, theirs) in model.named_buffers().Zip(reference.named_buffers()))
            AssertNear(theirs.buffer.to(float64), mine.buffer, 1e-5, mine.name);
    }

    [Theory]
    [MemberData(nameof(Chains))]
    public void In_bfloat16_each_gradient_is_as_near_as_autograds_in_bfloat16(string chain)
    {
        using var exact = Make(chain);
        using var rounded = Make(chain);
        using var model = Make(chain);
        var target = rand_like(exact.forward(input));
        foreach (var module in new[] { exact, rounded, model })
            module.load_state_dict(Make(chain).state_dict());
        functional.mse_loss(exact.forward(input), target).backward();
        functional.mse_loss(FastModel.Of(rounded, out _)!.Forward(input, bf16: true), target).backward();
        FastModel.Of(model, out _)!.Backpropagate(input, target, bf16: true);

        var (all, libtorch) = (Gradients(exact), Gradients(rounded));
        foreach (var (name, gradient) in Gradients(model))
        {
            var (ours, theirs) = (Apart(all[name], gradient), Apart(all[name], libtorch[name]));
            Assert.True(ours <= 1.5 * theirs + 0.01, $"the gradient of {name} is {ours:0.000} of its size away from that in 32 bits, autograd's {theirs:0.000}.");
        }
    }

    [Fact]
    public void Ten_steps_of_the_optimiser_are_TorchSharps()
    {
        using var model = Make("autoencoder");
        using var reference = Make("autoencoder");
        FastModel.Of(model, out _)!.StoreChannelsLast();
        using var fast = new Adam(model.named_parameters(), 1e-3);
        using var slow = optim.Adam(reference.parameters(), lr: 1e-3);
        for (var step = 1; step <= 10; step++)
        {
            fast.ZeroGrad();
            slow.zero_grad();
            foreach (var (of, to) in model.parameters().Zip(reference.parameters()))
            {
                to.grad = randn_like(to);
                of.grad = to.grad!.clone(); // stored otherwise than its parameter
            }
            fast.Step();
            slow.step();
            foreach (var (of, to) in model.named_parameters().Zip(reference.named_parameters()))
                AssertNear(to.parameter.detach(), of.parameter.detach(), 1e-6, $"{of.name} after {step} steps");
        }
    }

    [Theory]
    [MemberData(nameof(Chains))]
    public void The_folded_forward_and_that_of_one_sample_are_the_plain_one(string chain)
    {
        using var model = Make(chain);
        for (var i = 0; i < 3; i++)
            model.forward(input); // running statistics that are not those of a fresh model
        using var folded = FastModel.Of(model, out var reason)!.Fold();
        Assert.Null(reason);
        model.eval();
        using var _ = no_grad();
        var expected = model.forward(input);
        foreach (var parameter in model.parameters())
            parameter.zero_(); // no later training reaches it

        AssertNear(expected, folded.Forward(input), 1e-5, "the output");
        AssertNear(expected[..1], folded.Forward(input[..1]), 1e-5, "the output of one sample");
        for (var i = 0; i < 3; i++)
            AssertNear(expected[i..(i + 1)], folded.ForwardOne(input[i..(i + 1)]), 1e-5, $"the output of sample {i} alone");
    }

    /// <summary>The weights are the same each time, and no normalisation is left as it was made.</summary>
    private static Sequential Make(string chain)
    {
        random.manual_seed(1);
        Sequential Block(int inputs, int outputs, bool bias = true) => Sequential(
            ("conv", Conv2d(inputs, outputs, kernel_size: 3, padding: 1, bias: bias)), ("norm", BatchNorm2d(outputs)), ("relu", ReLU(inplace: true)));
        Sequential Up(int inputs, int outputs) => Sequential(
            ("up", ConvTranspose2d(inputs, outputs, kernel_size: 2, stride: 2)), ("norm", BatchNorm2d(outputs)), ("relu", ReLU()));
        var model = chain switch
        {
            "autoencoder" => Sequential(("0", Block(3, 16)), ("pool", MaxPool2d(2)), ("1", Block(16, 32)), ("2", Up(32, 16)), ("3", Block(16, 16)), ("output", Conv2d(16, 3, kernel_size: 1))),
            "wide end" => Sequential(("0", Block(3, 16)), ("1", Block(16, 32)), ("output", Conv2d(32, 5, kernel_size: 3, padding: 1))),
            "sigmoid end" => Sequential(("0", Block(3, 32)), ("output", Conv2d(32, 3, kernel_size: 1)), ("sigmoid", Sigmoid())),
            "no biases" => Sequential(("0", Block(3, 16, bias: false)), ("pool", MaxPool2d(2)), ("1", Block(16, 16, bias: false))),
            "plain layers between" => Sequential(("0", Block(3, 16)), ("conv", Conv2d(16, 24, kernel_size: 3, padding: 1)), ("relu", ReLU(inplace: true)), ("pool", MaxPool2d(3, 1, 1)), ("1", Block(24, 16)), ("output", Conv2d(16, 3, kernel_size: 1))),
            "strides and groups" => Sequential(
                ("conv", Conv2d(3, 32, kernel_size: 4, stride: 2, padding: 1)), ("norm", BatchNorm2d(32, momentum: 0.3)), ("relu", ReLU()),
                ("group", Conv2d(32, 64, kernel_size: 3, padding: 2, dilation: 2, groups: 4)), ("norm2", BatchNorm2d(64)), ("relu2", ReLU()),
                ("up", ConvTranspose2d(64, 16, kernel_size: 3, stride: 2, padding: 1, output_padding: 1)), ("norm3", BatchNorm2d(16)), ("relu3", ReLU())),
            _ => throw new ArgumentOutOfRangeException(nameof(chain)),
        };
        using var _ = no_grad();
        foreach (var norm in model.modules().OfType<BatchNorm2d>())
        {
            norm.weight!.uniform_(0.5, 1.5);
            norm.bias!.uniform_(-0.5, 0.5);
        }
        model.train();
        return model;
    }

    private static Dictionary<string, Tensor> Gradients(Module model) =>
        model.named_parameters().Where(p => p.parameter.grad is not null).ToDictionary(p => p.name, p => p.parameter.grad!);

    private static double Apart(Tensor expected, Tensor actual) =>
        (expected.to(float64) - actual.to(float64)).norm().item<double>() / expected.to(float64).norm().item<double>();

    /// <summary>Both as a whole are no farther apart than the tolerance, as a share of the expected one's size, or of <paramref name="least"/> where that is more.</summary>
    private static void AssertNear(Tensor expected, Tensor actual, double tolerance, string what, double least = 0)
    {
        var (e, a) = (expected.to(float64), actual.to(float64));
        var share = (e - a).norm().item<double>() / Math.Max(least, e.norm().item<double>());
        Assert.True(share <= tolerance, $"{what} is {share:0.0e0} of its size away from the expected one, at most {tolerance:0.0e0}.");
    }
}
