#pragma warning disable RS0030 // the painted-defects detector still has numbers beside tensors
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AnomalyLab.Models;

/// <summary>
/// A small U-Net: says of each place of its input how likely a defect is there. It halves its input four times, to see
/// widely, and doubles it three times again, each time joined by what was there before the halving, to see sharply. At the
/// bottom each place also learns the mean over the whole image.
/// </summary>
/// <remarks>
/// Ronneberger, Fischer, Brox, "U-Net: Convolutional Networks for Biomedical Image Segmentation", MICCAI 2015. Its first
/// halving is a strided convolution and is not undone, because that saves three quarters of the work.
/// </remarks>
public sealed class UNet : Module<Tensor, Tensor>
{
    /// <summary>Height and width must be multiples of this: four halvings.</summary>
    public const int Stride = 16;

    private static ReadOnlySpan<int> Widths => [16, 32, 64, 96];

    private readonly Conv2d stem;
    private readonly BatchNorm2d norm;
    private readonly ModuleList<ConvBlock> encoder = [];
    private readonly Conv2d context;
    private readonly ModuleList<ConvBlock> decoder = [];
    private readonly Conv2d output;

    /// <summary>Makes a model with freshly drawn weights on <see cref="Compute.Device"/>.</summary>
    /// <param name="channels">Channels of the input.</param>
    /// <param name="seed">Decides the weights: the same seed, the same weights.</param>
    public UNet(int channels, long seed = 0) : base(nameof(UNet))
    {
        random.manual_seed(seed);
        stem = Conv2d(channels, Widths[0], kernel_size: 4, stride: 2, padding: 1, bias: false);
        norm = BatchNorm2d(Widths[0]);
        encoder.Add(new ConvBlock(Widths[0], Widths[0]));
        for (var i = 1; i < Widths.Length; i++)
            encoder.Add(new ConvBlock(Widths[i - 1], Widths[i]));
        context = Conv2d(Widths[^1], Widths[^1], kernel_size: 1);
        for (var i = Widths.Length - 1; i > 0; i--)
            decoder.Add(new ConvBlock(Widths[i] + Widths[i - 1], Widths[i - 1]));
        output = Conv2d(Widths[0], 1, kernel_size: 1);
        using (no_grad())
            output.bias!.fill_(-2); // defects are rare: without this the first steps only learn that
        RegisterComponents();
        this.to(Compute.Device);
    }

    /// <summary>How many numbers training fits.</summary>
    public long ParameterCount => this.parameters().Sum(p => p.numel());

    /// <param name="input">[N, channels, H, W]; H and W are multiples of <see cref="Stride"/>.</param>
    /// <returns>Logits of a defect, [N, H / 2, W / 2]: 0 is even odds, more is likelier.</returns>
    /// <exception cref="ArgumentException">The input has another shape.</exception>
    public override Tensor forward(Tensor input)
    {
        if (input.dim() != 4 || input.shape[2] % Stride != 0 || input.shape[3] % Stride != 0)
            throw new ArgumentException($"The U-Net takes inputs of shape [N, channels, H, W] whose height and width are multiples of {Stride}, not [{string.Join(", ", input.shape)}]. Choose another imageSize, such as 128.", nameof(input));
        var x = encoder[0].forward(functional.relu(norm.forward(stem.forward(input)), inplace: true));
        var before = new Stack<Tensor>();
        for (var i = 1; i < encoder.Count; i++)
        {
            before.Push(x);
            x = encoder[i].forward(functional.max_pool2d(x, 2));
        }
        x += context.forward(x.mean([2, 3], keepdim: true));
        foreach (var block in decoder)
        {
            var wide = functional.interpolate(x, scale_factor: [2, 2], mode: InterpolationMode.Bilinear, align_corners: false);
            x = block.forward(cat([before.Pop(), wide], 1));
        }
        return output.forward(x).squeeze(1);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            stem.Dispose();
            norm.Dispose();
            encoder.Dispose();
            context.Dispose();
            decoder.Dispose();
            output.Dispose();
        }
        base.Dispose(disposing);
    }
}
