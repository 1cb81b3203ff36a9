using AnomalyLab.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace AnomalyLab.Tests.Models;

public sealed class UNetTests : IDisposable
{
    private readonly DisposeScope scope = NewDisposeScope();
    private readonly UNet model = new(channels: 9, seed: 1);

    public void Dispose()
    {
        model.Dispose();
        scope.Dispose();
    }

    [Fact]
    public void It_says_something_of_every_second_pixel()
    {
        Assert.Equal([2, 24, 40], model.forward(rand(2, 9, 48, 80)).shape);
    }

    [Fact]
    public void What_it_says_of_a_place_depends_on_the_whole_picture()
    {
        model.eval();
        var input = rand(1, 9, 128, 128).requires_grad_();
        model.forward(input)[0, 2, 2].backward();
        var gradient = input.grad!.abs().sum([0, 1]);

        Assert.True((gradient > 0).all().item<bool>(), $"{(gradient == 0).sum().item<long>()} pixels have no say");
        Assert.True(gradient[..12, ..12].sum().item<float>() > gradient[64.., 64..].sum().item<float>(), "what is far away matters more than what is near");
    }

    [Fact]
    public void The_same_seed_gives_the_same_weights_and_another_seed_others()
    {
        using var same = new UNet(9, seed: 1);
        using var other = new UNet(9, seed: 2);
        Assert.True(Weights(model).equal(Weights(same)).all().item<bool>());
        Assert.False(Weights(model).equal(Weights(other)).all().item<bool>());
    }

    [Fact]
    public void A_size_it_cannot_halve_is_refused_with_one_it_can()
    {
        var error = Assert.Throws<ArgumentException>(() => model.forward(rand(1, 9, 100, 100)));
        Assert.Contains("multiples of 16", error.Message);
        Assert.Contains("such as 128", error.Message);
    }

    private static Tensor Weights(UNet network) => cat([.. network.parameters().Select(p => p.flatten())]);
}
