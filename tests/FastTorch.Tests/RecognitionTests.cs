using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace FastTorch.Tests;

/// <summary>What is not recognised, and what is said about it.</summary>
public sealed class RecognitionTests
{
    private static Sequential Block(int inputs, int outputs) => Sequential(
        ("conv", Conv2d(inputs, outputs, kernel_size: 3, padding: 1)), ("norm", BatchNorm2d(outputs)), ("relu", ReLU()));

    [Fact]
    public void The_layers_that_are_computed_faster_are_named()
    {
        using var model = Sequential(("first", Block(3, 16)), ("second", Block(16, 24)), ("end", Conv2d(24, 3, kernel_size: 1)));
        Assert.Equal(["first.conv"], FastModel.Of(model, out _)!.FusedLayers);
    }

    [Fact]
    public void A_layer_of_another_kind_is_named()
    {
        using var model = Sequential(("first", Block(3, 16)), ("drop", Dropout(0.1)));
        IsDeclined(model, "drop is a Dropout, which is neither a layer that FastTorch knows nor a chain of layers");
    }

    [Fact]
    public void A_module_with_a_forward_of_its_own_is_not_taken_for_a_chain()
    {
        using var model = Sequential(("own", new Own()));
        IsDeclined(model, "own is a Own, which is neither a layer that FastTorch knows nor a chain of layers");
    }

    [Fact]
    public void A_Sequential_whose_forward_was_overridden_is_not_taken_for_a_chain()
    {
        using var model = new Twice();
        IsDeclined(model, "Twice is a Twice, which is neither a layer that FastTorch knows nor a chain of layers");
    }

    [Fact]
    public void Layers_that_are_used_twice_are_not_recognised()
    {
        var conv = Conv2d(16, 16, kernel_size: 3, padding: 1);
        using var model = Sequential(("first", Block(3, 16)), ("a", conv), ("b", conv));
        IsDeclined(model, "a is used more than once");
    }

    [Fact]
    public void Weights_in_64_bits_are_not_recognised()
    {
        using var model = Sequential(("first", Block(3, 16)));
        model.to(float64);
        IsDeclined(model, "first.conv is not in 32 bits");
    }

    [Fact]
    public void Padding_by_something_other_than_zeros_is_not_recognised()
    {
        using var model = Sequential(("conv", Conv2d(3, 16, kernel_size: 3, padding: 1, padding_mode: PaddingModes.Reflect)), ("norm", BatchNorm2d(16)), ("relu", ReLU()));
        IsDeclined(model, "conv pads with something other than zeros");
    }

    [Fact]
    public void A_normalisation_without_weights_or_without_a_convolution_before_it_is_not_recognised()
    {
        using var plain = Sequential(("conv", Conv2d(3, 16, kernel_size: 1)), ("norm", BatchNorm2d(16, affine: false)), ("relu", ReLU()));
        IsDeclined(plain, "norm has no weights, or no running statistics with a momentum");
        using var alone = Sequential(("conv", Conv2d(3, 16, kernel_size: 1)), ("relu", ReLU()), ("norm", BatchNorm2d(16)));
        IsDeclined(alone, "the batch normalisation norm does not come after a convolution");
    }

    [Fact]
    public void What_does_not_begin_with_a_convolution_is_not_recognised()
    {
        using var model = Sequential(("relu", ReLU(inplace: true)), ("first", Block(3, 16)));
        IsDeclined(model, "it does not begin with a convolution");
        using var empty = Sequential();
        IsDeclined(empty, "it does not begin with a convolution");
    }

    [Fact]
    public void A_chain_without_a_layer_that_gains_is_scored_but_not_trained()
    {
        using var scope = NewDisposeScope();
        using var model = Sequential(("conv", Conv2d(3, 24, kernel_size: 1)), ("norm", BatchNorm2d(24)), ("relu", ReLU()));
        var fast = FastModel.Of(model, out _)!;
        using var input = rand(1, 3, 4, 4);

        Assert.Equal("no convolution is followed by a batch normalisation of 16, 32, 64 … channels and ReLU", fast.NotFused);
        Assert.Contains("no convolution", Assert.Throws<InvalidOperationException>(() => fast.Backpropagate(input, input)).Message);
        using var folded = fast.Fold();
        model.eval();
        Assert.True(folded.Forward(input).allclose(model.forward(input), atol: 1e-5));
    }

    [Fact]
    public void Inputs_of_other_channels_or_of_sides_that_cannot_be_halved_are_named()
    {
        using var scope = NewDisposeScope();
        using var model = Sequential(("first", Block(3, 16)), ("pool", MaxPool2d(2)), ("second", Block(16, 16)), ("pool2", MaxPool2d(2)));
        var fast = FastModel.Of(model, out _)!;
        using var folded = fast.Fold();
        foreach (var use in new Action<Tensor>[] { x => fast.Backpropagate(x, x), x => folded.Forward(x), x => folded.ForwardOne(x) })
        {
            Assert.Contains("[N, 3, H, W], not [1, 1, 8, 8]", Assert.Throws<ArgumentException>(() => use(zeros(1, 1, 8, 8))).Message);
            Assert.Contains("multiples of 4; 6×8 is not", Assert.Throws<ArgumentException>(() => use(zeros(1, 3, 6, 8))).Message);
        }
    }

    private static void IsDeclined(Module<Tensor, Tensor> model, string reason)
    {
        Assert.Null(FastModel.Of(model, out var said));
        Assert.Equal(reason, said);
    }

    private sealed class Own : Module<Tensor, Tensor>
    {
        private readonly Conv2d conv = Conv2d(3, 16, kernel_size: 1);

        public Own() : base(nameof(Own)) => RegisterComponents();

        public override Tensor forward(Tensor input) => conv.forward(input).abs();
    }

    private sealed class Twice() : Sequential(("conv", Conv2d(3, 3, kernel_size: 1)))
    {
        public override Tensor forward(Tensor tensor) => base.forward(base.forward(tensor));
    }
}
