using TorchSharp.Modules;
using static TorchSharp.torch;

namespace FastTorch.Chain;

/// <summary>A convolution with the following layers that can be computed with it, or a single other layer.</summary>
/// <param name="Name">The name of its first layer in the model.</param>
/// <param name="Layer">A <c>Conv2d</c> or <c>ConvTranspose2d</c>, or the single layer.</param>
/// <param name="Norm">The batch normalisation after the convolution.</param>
/// <param name="HasReLU">Whether ReLU follows.</param>
/// <param name="HasPool">Whether 2×2 max pooling follows last.</param>
internal sealed record Segment(string Name, nn.Module<Tensor, Tensor> Layer, BatchNorm2d? Norm = null, bool HasReLU = false, bool HasPool = false)
{
    /// <summary>Whether training computes normalisation, ReLU and pooling in one pass over memory.</summary>
    public bool IsFused => Norm is { num_features: var channels } && HasReLU && channels % Fused.IStored.Width == 0 && Fused.IStored.PartLength % channels == 0;

    /// <summary>Its convolution's bias, if it has one.</summary>
    public Parameter? Bias => Layer switch { Conv2d conv => conv.bias, ConvTranspose2d up => up.bias, _ => null };

    /// <summary>Applies the convolution, without its bias, in another type than that of its weights.</summary>
    /// <param name="x">[N, C, H, W].</param>
    /// <param name="type">What to compute in.</param>
    public Tensor Convolve(Tensor x, ScalarType type) => Convolve(x.to(type), type, bias: null);

    /// <summary>The segment as libtorch computes and differentiates it.</summary>
    /// <param name="x">[N, C, H, W] on any device.</param>
    /// <param name="type">What a convolution before a normalisation computes in; all else has the type of the weights.</param>
    /// <param name="endsRounded">Whether that convolution's output stays in this type.</param>
    public Tensor Forward(Tensor x, ScalarType type, bool endsRounded)
    {
        using var scope = NewDisposeScope();
        if (Norm is null)
            return (IsConvolution ? Convolve(x.to(WeightType), WeightType, Bias) : Activate(x)).MoveToOuterDisposeScope();
        // oneDNN's gradient for the bias of a transposed convolution is slow; outside of it, the bias costs little.
        var y = Layer is ConvTranspose2d && Bias is not null
            ? Convolve(x, type).Plus(Bias.to(type).reshape(1, -1, 1, 1))
            : Convolve(x.to(type), type, Bias?.to(type));
        y = Norm.forward(endsRounded ? y : y.to(WeightType));
        if (HasReLU)
            y = y.relu_();
        return (HasPool ? nn.functional.max_pool2d(y, 2) : y).MoveToOuterDisposeScope();
    }

    /// <summary>The single layer, if it is not a convolution; its input is not converted.</summary>
    public Tensor Activate(Tensor x) => Layer is ReLU ? x.relu() : Layer.forward(x);

    public bool IsConvolution => Layer is Conv2d or ConvTranspose2d;

    /// <summary>The type of the weights.</summary>
    public ScalarType WeightType => Weight!.dtype;

    /// <summary>The convolution's weights, if it is one.</summary>
    public Parameter? Weight => Layer switch { Conv2d conv => conv.weight, ConvTranspose2d up => up.weight, _ => null };

    private Tensor Convolve(Tensor x, ScalarType type, Tensor? bias) => Layer switch
    {
        Conv2d conv => nn.functional.conv2d(x, conv.weight!.to(type), bias, conv.stride, conv.padding, conv.dilation, conv.groups),
        ConvTranspose2d up => nn.functional.conv_transpose2d(x, up.weight!.to(type), bias, up.stride, up.padding, up.output_padding, up.dilation, up.groups),
        _ => throw new InvalidOperationException($"{Name} is no convolution."),
    };
}
