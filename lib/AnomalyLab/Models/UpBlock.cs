using AnomalyLab.Models.Fused;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AnomalyLab.Models;

/// <summary>A 2×2 transposed convolution that doubles height and width, batch normalisation, ReLU, and a <see cref="ConvBlock"/>.</summary>
public sealed class UpBlock : Module<Tensor, Tensor>
{
    private readonly ConvTranspose2d up;
    private readonly BatchNorm2d norm;
    private readonly ConvBlock conv;

    /// <summary>Makes a block with freshly drawn weights.</summary>
    /// <param name="inputs">Channels that come in.</param>
    /// <param name="outputs">Channels that go out.</param>
    /// <param name="endsUnrounded">Whether what leaves the last convolution goes on in the type of the weights whatever the convolutions compute in.</param>
    public UpBlock(int inputs, int outputs, bool endsUnrounded = false) : base(nameof(UpBlock))
    {
        up = ConvTranspose2d(inputs, outputs, kernel_size: 2, stride: 2);
        norm = BatchNorm2d(outputs);
        conv = new ConvBlock(outputs, outputs) { EndsUnrounded = endsUnrounded };
        RegisterComponents();
    }

    /// <inheritdoc cref="ConvBlock.IsBf16"/>
    internal bool IsBf16
    {
        get => conv.IsBf16;
        set => conv.IsBf16 = value;
    }

    /// <param name="input">[N, inputs, H, W].</param>
    /// <returns>[N, outputs, 2·H, 2·W].</returns>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        return conv.forward(functional.relu(norm.forward(up.Compute(input, IsBf16)), inplace: true)).MoveToOuterDisposeScope();
    }

    /// <summary>The same for training on the processor.</summary>
    internal Tensor Record<T>(Tensor input, Tape<T> tape)
        where T : struct, IStored =>
        conv.Record(tape.UpNormReLU(input, up, norm), tape);

    /// <inheritdoc cref="ConvBlock.BackFromOutput{T}"/>
    internal Tensor BackFromOutput<T>(Tensor input, Conv2d output, Tensor images, Tape<T> tape)
        where T : struct, IStored =>
        conv.BackFromOutput(tape.UpNormReLU(input, up, norm), output, images, tape);

    /// <summary>The same for scoring.</summary>
    internal IEnumerable<FoldedAutoencoder.Layer> Fold() => [FoldedAutoencoder.Layer.Up(up, norm), .. conv.Fold()];

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            up.Dispose();
            norm.Dispose();
            conv.Dispose();
        }
        base.Dispose(disposing);
    }
}
