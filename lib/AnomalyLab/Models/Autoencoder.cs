using AnomalyLab.Display;
using FastTorch;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AnomalyLab.Models;

/// <summary>
/// The tutorial's convolutional autoencoder. The encoder widens 3 → 16 → 32 → 64 → 128 → 256 → 512 channels and halves
/// height and width five times; the decoder goes the same way back; a 1×1 convolution ends in three channels.
/// </summary>
public sealed class Autoencoder : Module<Tensor, Tensor>, ILayerChain
{
    private readonly Sequential encoder = Sequential(), decoder = Sequential();
    private readonly Conv2d output;

    /// <summary>Makes a model with freshly drawn weights on <see cref="Compute.Device"/>.</summary>
    /// <param name="seed">Decides the weights: the same seed, the same weights.</param>
    /// <param name="widths">Channels after each block of the encoder; the tutorial's if left out.</param>
    public Autoencoder(long seed = 0, params int[] widths) : base(nameof(Autoencoder))
    {
        int[] channels = [3, .. widths.Length > 0 ? widths : [16, 32, 64, 128, 256, 512]];
        random.manual_seed(seed);
        for (var i = 1; i < channels.Length; i++)
        {
            if (i > 1)
                encoder.append($"pool{i - 1}", MaxPool2d(2));
            encoder.append($"{i - 1}", new ConvBlock(channels[i - 1], channels[i]));
        }
        for (var i = channels.Length - 1; i > 1; i--)
            decoder.append(new UpBlock(channels[i], channels[i - 1]));
        output = Conv2d(channels[1], channels[0], kernel_size: 1);
        Stride = 1 << (int)decoder.Count;
        RegisterComponents();
        this.to(Compute.Device);
    }

    /// <summary>How many times larger, in height and width, an image is than its latent; both must be multiples of this.</summary>
    public int Stride { get; }

    /// <summary>The number of trainable parameters: 6,996,979 with the tutorial's widths.</summary>
    public long ParameterCount => this.parameters().Sum(p => p.numel());

    /// <inheritdoc/>
    IEnumerable<Module<Tensor, Tensor>> ILayerChain.Layers => [encoder, decoder, output];

    /// <summary>Encodes and decodes images.</summary>
    /// <param name="images">[N, 3, H, W] in 0..1; H and W are multiples of <see cref="Stride"/>.</param>
    /// <returns>The reconstruction, [N, 3, H, W]; about 0..1, not clipped.</returns>
    /// <exception cref="ArgumentException">The images have another shape.</exception>
    public override Tensor forward(Tensor images)
    {
        if (images.shape is not [_, 3, var height, var width])
            throw new ArgumentException(Texts.Format($"The autoencoder takes images of shape [N, 3, H, W], not [{string.Join(", ", images.shape)}]."), nameof(images));
        if (height % Stride != 0 || width % Stride != 0)
            throw new ArgumentException(Texts.Format($"The autoencoder halves height and width {decoder.Count} times, so both must be multiples of {Stride}; {height}×{width} is not. Choose another imageSize, such as 128."), nameof(images));
        using var code = encoder.call(images);
        using var painted = decoder.call(code);
        return output.call(painted);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            encoder.Dispose();
            decoder.Dispose();
            output.Dispose();
        }
        base.Dispose(disposing);
    }
}
