using AnomalyLab.Models;
using FastTorch;
using TorchSharp;
using static TorchSharp.torch;

namespace AnomalyLab.Tests.Models;

public sealed class AutoencoderTests : IDisposable
{
    private readonly DisposeScope scope = NewDisposeScope();
    private readonly Autoencoder model = new(seed: 1);

    public void Dispose()
    {
        model.Dispose();
        scope.Dispose();
    }

    [Fact]
    public void It_has_the_tutorials_6996979_parameters()
    {
        Assert.Equal(6_996_979, model.ParameterCount);
    }

    [Fact]
    public void Its_parameters_have_the_names_and_shapes_of_the_plan_in_the_order_of_computation()
    {
        IEnumerable<string> Conv(string name, int inputs, int outputs) =>
        [
            $"{name}.conv1.weight {outputs}x{inputs}x3x3", $"{name}.conv1.bias {outputs}", $"{name}.norm1.weight {outputs}", $"{name}.norm1.bias {outputs}",
            $"{name}.conv2.weight {outputs}x{outputs}x3x3", $"{name}.conv2.bias {outputs}", $"{name}.norm2.weight {outputs}", $"{name}.norm2.bias {outputs}",
        ];
        int[] widths = [3, 16, 32, 64, 128, 256, 512];
        string[] expected =
        [
            .. Enumerable.Range(0, 6).SelectMany(i => Conv($"encoder.{i}", widths[i], widths[i + 1])),
            .. Enumerable.Range(0, 5).SelectMany(i => (string[])
            [
                $"decoder.{i}.up.weight {widths[6 - i]}x{widths[5 - i]}x2x2", $"decoder.{i}.up.bias {widths[5 - i]}",
                $"decoder.{i}.norm.weight {widths[5 - i]}", $"decoder.{i}.norm.bias {widths[5 - i]}",
                .. Conv($"decoder.{i}.conv", widths[5 - i], widths[5 - i]),
            ]),
            "output.weight 3x16x1x1", "output.bias 3",
        ];

        Assert.Equal(expected, model.named_parameters().Select(p => $"{p.name} {string.Join('x', p.parameter.shape)}"));
    }

    [Theory]
    [InlineData(32, 32)]
    [InlineData(64, 96)]
    public void The_reconstruction_has_the_shape_of_the_input(int height, int width)
    {
        Assert.Equal([2, 3, height, width], model.forward(rand(2, 3, height, width)).shape);
    }

    [Fact]
    public void The_latent_is_512_channels_at_a_32nd_of_the_size()
    {
        Assert.Matches(@"encoder\.5 +ConvBlock +512 +2 × 2 ", LayerTable.Of(model, 64).ToString());
        Assert.Equal(32, model.Stride);
    }

    [Fact]
    public void An_image_size_that_cannot_be_halved_five_times_says_so()
    {
        var error = Assert.Throws<ArgumentException>(() => model.forward(zeros(1, 3, 100, 128)));
        Assert.Contains("multiples of 32; 100×128 is not", error.Message);
    }

    [Fact]
    public void Images_without_three_channels_are_refused_with_their_shape()
    {
        Assert.Contains("[1, 1, 32, 32]", Assert.Throws<ArgumentException>(() => model.forward(zeros(1, 1, 32, 32))).Message);
    }

    [Fact]
    public void Reconstructing_does_not_depend_on_the_batch_and_leaves_training_mode_as_it_was()
    {
        model.train();
        var images = rand(5, 3, 32, 32);

        var whole = model.Reconstruct(images);
        var parts = model.Reconstruct(images, batchSize: 2);

        Assert.True(whole.allclose(parts, atol: 1e-5), "batch size changes the reconstruction");
        Assert.True(whole.min().item<float>() >= 0 && whole.max().item<float>() <= 1, "reconstruction is not clipped to 0..1");
        Assert.True(model.training);
    }

    [Fact]
    public async Task Garbage_collections_on_another_thread_do_not_disturb_folding()
    {
        using var end = new CancellationTokenSource();
        var collecting = Task.Run(() =>
        {
            while (!end.IsCancellationRequested)
            {
                GC.Collect(0);
                Thread.Sleep(1);
            }
        }, TestContext.Current.CancellationToken);

        try
        {
            using var images = rand(2, 3, 32, 32);
            using var expected = model.Reconstruct(images);
            for (var i = 0; i < 100; i++)
            {
                using var reconstruction = model.Reconstruct(images);
                Assert.True(reconstruction.allclose(expected), "the folded weights are others");
            }
        }
        finally
        {
            await end.CancelAsync();
            await collecting;
        }
    }

    [Fact]
    public void Images_of_changing_sizes_one_at_a_time_are_reconstructed_as_in_a_batch()
    {
        using var folded = new Reconstructor(model);
        foreach (var side in new[] { 64, 32, 64 })
        {
            using var images = rand(2, 3, side, side);
            using var together = folded.Reconstruct(images);
            using var one = folded.Reconstruct(images[1..]);
            Assert.True(one.allclose(together[1..], atol: 1e-5), $"at {side}×{side} they differ by up to {(one - together[1..]).abs().max().item<float>()}");
        }
    }

    [Fact]
    public void A_single_image_for_one_time_is_reconstructed_as_for_many_times()
    {
        using var image = rand(1, 3, 32, 32);
        using var folded = new Reconstructor(model);
        Assert.True(model.Reconstruct(image).allclose(folded.Reconstruct(image), atol: 1e-5));
    }

    [Fact]
    public void FastTorch_trains_all_its_layers_but_the_last()
    {
        var fast = FastModel.Of(model, out var reason);

        Assert.Null(reason);
        Assert.Null(fast!.NotFused);
        Assert.Equal(
            model.named_parameters().Where(p => p.parameter.dim() == 4 && p.name != "output.weight").Select(p => p.name.Replace(".weight", "")),
            fast.FusedLayers.Select(name => name));
    }

    [Theory]
    [InlineData(16, 32)]
    [InlineData(32, 64, 128)]
    public void With_other_widths_each_gradient_of_the_fast_way_is_autograds(params int[] widths)
    {
        var images = rand(4, 3, 32, 32);
        using var fast = new Autoencoder(3, widths);
        using var plain = new Autoencoder(3, widths);
        Assert.Equal(1 << widths.Length - 1, plain.Stride);
        plain.to(float64);
        nn.functional.mse_loss(plain.forward(images.to(float64)), images.to(float64)).backward();
        FastModel.Of(fast, out _)!.Backpropagate(images, images).Dispose();

        var gradients = TakeGradients(fast);
        foreach (var (name, expected) in TakeGradients(plain))
        {
            if (gradients.TryGetValue(name, out var gradient))
                Assert.True(Apart(expected, gradient) < 1e-3, $"the gradient of {name} is {Apart(expected, gradient):0.0e0} of its size away from autograd's");
            else
                Assert.True(expected.norm().item<double>() < 1e-12, $"{name} has no gradient");
        }
    }

    [Fact]
    public void In_bfloat16_the_loss_is_nearly_the_same_and_every_parameter_but_biases_before_a_normalisation_gets_its_gradient()
    {
        var images = rand(4, 3, 32, 32);
        var fast = FastModel.Of(model, out _)!;
        using var exact = fast.Backpropagate(images, images);
        var exactGradients = TakeGradients(model);

        using var rounded = fast.Backpropagate(images, images, bf16: true);

        Assert.Equal(1, rounded.item<float>() / exact.item<float>(), 0.02);
        var gradients = TakeGradients(model);
        Assert.Equal(BiasesBeforeNormalisation, model.named_parameters().Select(p => p.name).Except(gradients.Keys));
        Assert.False(images.IsInvalid);
        // These come before most of the rounding.
        Assert.All(["output.weight", "output.bias", "decoder.4.conv.norm2.weight", "decoder.4.conv.norm2.bias"], name =>
            Assert.True(Apart(exactGradients[name], gradients[name]) < 0.03, $"{name}: its gradient is {Apart(exactGradients[name], gradients[name]):0.000} from that in 32 bits."));
    }

    [Fact]
    public void Folding_batch_normalisation_changes_nothing_but_the_last_digits_and_no_later_training_reaches_it()
    {
        var images = rand(4, 3, 32, 32);
        model.train();
        for (var i = 0; i < 3; i++)
            model.forward(images); // running statistics that are not those of a fresh model
        foreach (var parameter in model.parameters().Where(p => p.dim() == 1))
            parameter.detach().add_(rand_like(parameter) * 0.5); // nor weights of 1 and biases of 0
        model.eval();
        var expected = model.forward(images).clamp(0, 1);

        using var folded = new Reconstructor(model);
        model.parameters().First().detach().zero_();

        Assert.Equal(0, (folded.Reconstruct(images) - expected).abs().max().item<float>(), 1e-4);
    }

    [Fact]
    public void The_same_seed_draws_the_same_weights()
    {
        using var same = new Autoencoder(seed: 1);
        using var other = new Autoencoder(seed: 2);

        Assert.True(model.state_dict()["output.weight"].Equals(same.state_dict()["output.weight"]));
        Assert.False(model.state_dict()["output.weight"].Equals(other.state_dict()["output.weight"]));
    }

    private IEnumerable<string> BiasesBeforeNormalisation =>
        model.named_parameters().Select(p => p.name).Where(name => name.Split('.') is [.., "conv1" or "conv2" or "up", "bias"]);

    /// <summary>The gradients there are, which the model then has no more.</summary>
    private static Dictionary<string, Tensor> TakeGradients(Autoencoder model)
    {
        var gradients = model.named_parameters().Where(p => p.parameter.grad is not null).ToDictionary(p => p.name, p => p.parameter.grad!.clone());
        foreach (var parameter in model.parameters())
            parameter.grad = null;
        return gradients;
    }

    /// <summary>How far they are apart, relative to their size as a whole.</summary>
    private static float Apart(Tensor expected, Tensor actual) => ((actual - expected).norm() / expected.norm()).to(float32).item<float>();
}
