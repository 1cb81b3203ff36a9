using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace AnomalyLab.Models;

/// <summary>
/// A 3×3 convolution whose weights stay in the order that oneDNN computes in. For a single image putting them in order takes as
/// long as the convolution itself, and otherwise happens at each call.
/// </summary>
/// <remarks>PyTorch's operators for this have no methods in TorchSharp, but TorchScript knows them.</remarks>
/// <param name="weight">[outputs, inputs, 3, 3]; it stays the caller's.</param>
/// <param name="bias">[outputs]; it stays the caller's.</param>
internal sealed class PackedConvolution(Tensor weight, Tensor bias) : IDisposable
{
    private static readonly Lazy<jit.CompilationUnit> Script = new(() => jit.compile("""
        def pack(weight: Tensor, input: Tensor) -> Tensor:
            return torch.mkldnn_reorder_conv2d_weight(weight.to_mkldnn(), [1, 1], [1, 1], [1, 1], 1, input.size())

        def convolve(input: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
            return torch.mkldnn_convolution(input, weight, bias, [1, 1], [1, 1], [1, 1], 1)

        """));

    private Tensor? packed;

    /// <summary>Whether it is worth while: a single image, where libtorch has oneDNN.</summary>
    /// <param name="input">[N, …].</param>
    public static bool Suits(Tensor input) =>
        input.shape[0] == 1 && input.device_type == DeviceType.CPU && RuntimeInformation.ProcessArchitecture == Architecture.X64;

    /// <summary>Convolves, with a border of one pixel.</summary>
    /// <param name="input">[N, inputs, H, W] on the processor. The first one's size decides the order; for others the result is the same, if not as fast.</param>
    /// <returns>[N, outputs, H, W].</returns>
    public Tensor Of(Tensor input)
    {
        packed ??= ((Tensor)Script.Value.invoke("pack", weight, input)).DetachFromDisposeScope();
        return (Tensor)Script.Value.invoke("convolve", input, packed, bias);
    }

    /// <inheritdoc/>
    public void Dispose() => packed?.Dispose();
}
