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
    public UpBlock(int inputs, int outputs) : base(nameof(UpBlock))
    {
        up = ConvTranspose2d(inputs, outputs, kernel_size: 2, stride: 2);
        norm = BatchNorm2d(outputs);
        conv = new ConvBlock(outputs, outputs);
        RegisterComponents();
    }

    /// <param name="input">[N, inputs, H, W].</param>
    /// <returns>[N, outputs, 2·H, 2·W].</returns>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        return conv.forward(functional.relu(norm.forward(up.forward(input)), inplace: true)).MoveToOuterDisposeScope();
    }

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
