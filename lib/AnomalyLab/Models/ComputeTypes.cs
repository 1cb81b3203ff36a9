using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AnomalyLab.Models;

/// <summary>Convolutions that compute in another type than their weights are kept in.</summary>
internal static class ComputeTypes
{
    /// <summary>The convolution of <paramref name="x"/>, with input, weights and bias cast to <paramref name="type"/>.</summary>
    public static Tensor In(this Conv2d conv, ScalarType type, Tensor x) =>
        functional.conv2d(x.to(type), conv.weight.to(type), conv.bias?.to(type), conv.stride, conv.padding);

    /// <inheritdoc cref="In(Conv2d, ScalarType, Tensor)"/>
    public static Tensor In(this ConvTranspose2d conv, ScalarType type, Tensor x) =>
        functional.conv_transpose2d(x.to(type), conv.weight.to(type), conv.bias?.to(type), conv.stride);
}
