using AnomalyLab.Models.Fused;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AnomalyLab.Models;

/// <summary>Twice: a 3×3 convolution, batch normalisation, ReLU. Height and width stay as they are.</summary>
public sealed class ConvBlock : Module<Tensor, Tensor>
{
    // In the order of computation, for that is the order of the state dict.
    private readonly Conv2d conv1;
    private readonly BatchNorm2d norm1;
    private readonly Conv2d conv2;
    private readonly BatchNorm2d norm2;

    /// <summary>Makes a block with freshly drawn weights.</summary>
    /// <param name="inputs">Channels that come in.</param>
    /// <param name="outputs">Channels that go out.</param>
    public ConvBlock(int inputs, int outputs) : base(nameof(ConvBlock))
    {
        conv1 = Conv2d(inputs, outputs, kernel_size: 3, padding: 1);
        norm1 = BatchNorm2d(outputs);
        conv2 = Conv2d(outputs, outputs, kernel_size: 3, padding: 1);
        norm2 = BatchNorm2d(outputs);
        RegisterComponents();
    }

    /// <summary>Whether the convolutions compute in bfloat16; weights and batch statistics stay in 32 bits.</summary>
    internal bool IsBf16 { get; set; }

    /// <summary>Whether what leaves the last convolution goes on in the type of the weights, and its gradient comes back so.</summary>
    internal bool EndsUnrounded { get; init; }

    /// <param name="input">[N, inputs, H, W].</param>
    /// <returns>[N, outputs, H, W].</returns>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var x = functional.relu(norm1.forward(conv1.Compute(input, IsBf16)), inplace: true);
        var y = conv2.Compute(x, IsBf16);
        return functional.relu(norm2.forward(EndsUnrounded ? y.to(norm2.weight!.dtype) : y), inplace: true).MoveToOuterDisposeScope();
    }

    /// <summary>The same for training on the processor.</summary>
    internal Tensor Record<T>(Tensor input, Tape<T> tape)
        where T : struct, IStored =>
        tape.ConvNormReLU(tape.ConvNormReLU(input, conv1, norm1), conv2, norm2);

    /// <summary>The same, and of each 2×2 places the largest.</summary>
    internal Tensor RecordPooled<T>(Tensor input, Tape<T> tape)
        where T : struct, IStored =>
        tape.ConvNormReLUPool(tape.ConvNormReLU(input, conv1, norm1), conv2, norm2);

    /// <summary>The same as the last before the output, and all the way back.</summary>
    /// <inheritdoc cref="Tape{T}.BackFromOutput"/>
    internal Tensor BackFromOutput<T>(Tensor input, Conv2d output, Tensor images, Tape<T> tape)
        where T : struct, IStored =>
        tape.BackFromOutput(tape.ConvNormReLU(input, conv1, norm1), conv2, norm2, output, images);

    /// <summary>The same for scoring.</summary>
    internal IEnumerable<FoldedAutoencoder.Layer> Fold() => [FoldedAutoencoder.Layer.Conv(conv1, norm1), FoldedAutoencoder.Layer.Conv(conv2, norm2)];

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            conv1.Dispose();
            norm1.Dispose();
            conv2.Dispose();
            norm2.Dispose();
        }
        base.Dispose(disposing);
    }
}
