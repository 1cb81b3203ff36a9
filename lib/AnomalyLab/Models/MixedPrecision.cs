using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AnomalyLab.Models;

/// <summary>Convolutions that may compute in another type than their weights are kept in.</summary>
internal static class MixedPrecision
{
    /// <summary>The convolution of <paramref name="x"/>, in bfloat16 or in the type of the weights.</summary>
    public static Tensor Compute(this Conv2d conv, Tensor x, bool bf16) => bf16
        ? functional.conv2d(x.to(bfloat16), conv.weight!.to(bfloat16), conv.bias!.to(bfloat16), conv.stride, conv.padding)
        : conv.forward(x.to(conv.weight!.dtype));

    /// <inheritdoc cref="Compute(Conv2d, Tensor, bool)"/>
    /// <remarks>The bias is added outside, because oneDNN's gradient for the bias of a transposed convolution is slow.</remarks>
    public static Tensor Compute(this ConvTranspose2d conv, Tensor x, bool bf16)
    {
        var type = bf16 ? bfloat16 : conv.weight!.dtype;
        return functional.conv_transpose2d(x.to(type), conv.weight!.to(type), strides: conv.stride).add_(conv.bias!.to(type).reshape(1, -1, 1, 1));
    }
}
