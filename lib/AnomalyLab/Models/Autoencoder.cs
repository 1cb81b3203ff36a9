using AnomalyLab.Models.Fused;
using AnomalyLab.Native;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AnomalyLab.Models;

/// <summary>
/// The tutorial's convolutional autoencoder. The encoder widens 3 → 16 → 32 → 64 → 128 → 256 → 512 channels and halves
/// height and width five times; the decoder goes the same way back; a 1×1 convolution ends in three channels.
/// </summary>
public sealed class Autoencoder : Module<Tensor, Tensor>
{
    /// <summary>Height and width must be multiples of this: five halvings.</summary>
    public const int Stride = 32;

    private const int Channels = 3;

    private readonly ModuleList<ConvBlock> encoder = [];
    private readonly ModuleList<UpBlock> decoder = [];
    private readonly Conv2d output;

    /// <summary>Makes a model with freshly drawn weights on <see cref="Compute.Device"/>.</summary>
    /// <param name="seed">Decides the weights: the same seed, the same weights.</param>
    /// <param name="widths">Channels of each block of the encoder; the tutorial's if left out.</param>
    public Autoencoder(long seed = 0, params int[] widths) : base(nameof(Autoencoder))
    {
        random.manual_seed(seed);
        int[] channels = [Channels, .. widths.Length > 0 ? widths : [16, 32, 64, 128, 256, 512]];
        for (var i = 1; i < channels.Length; i++)
            encoder.Add(new ConvBlock(channels[i - 1], channels[i]));
        for (var i = channels.Length - 1; i > 1; i--)
            decoder.Add(new UpBlock(channels[i], channels[i - 1], endsUnrounded: i == 2));
        output = Conv2d(channels[1], Channels, kernel_size: 1);
        RegisterComponents();
        this.to(Compute.Device);
        // The images are stored channels-last; weights stored otherwise would be reordered at each step.
        foreach (var conv in modules().OfType<Convolution>())
        {
            using var scope = NewDisposeScope();
            conv.weight = Parameter(conv.weight!.detach().permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2));
        }
    }

    /// <summary>How many numbers training fits: 6,996,979.</summary>
    public long ParameterCount => this.parameters().Sum(p => p.numel());

    /// <summary>
    /// Whether convolutions compute in bfloat16. The output and the batch normalisation before it never do: the gradient that
    /// comes from the loss is nearly constant, and its small varying part, which alone passes batch normalisation, would be
    /// rounded away.
    /// </summary>
    internal bool IsBf16
    {
        get => encoder[0].IsBf16;
        set
        {
            foreach (var block in encoder)
                block.IsBf16 = value;
            foreach (var block in decoder)
                block.IsBf16 = value;
        }
    }

    /// <summary>Encodes and decodes images.</summary>
    /// <param name="input">[N, 3, H, W] in 0..1; H and W are multiples of <see cref="Stride"/>.</param>
    /// <returns>The reconstruction, [N, 3, H, W]; about 0..1, not clipped.</returns>
    /// <exception cref="ArgumentException">The input has another shape.</exception>
    public override Tensor forward(Tensor input)
    {
        Tensor? last = null;
        foreach (var (_, _, output) in Steps(input))
        {
            // What the backward pass needs lives on in its graph, and is freed there as soon as it has been used.
            last?.Dispose();
            last = output;
        }
        return last!;
    }

    /// <summary>
    /// The mean squared error of the reconstruction. Parameters, whose gradients have been forgotten before, get theirs; on
    /// the processor not the biases before a normalisation, whose gradient is 0. The model is in training mode, its
    /// parameters in 32 bits.
    /// </summary>
    /// <param name="images">[N, 3, H, W], as for <see cref="forward"/>.</param>
    /// <returns>One number on the model's device. The caller owns it.</returns>
    internal Tensor Backpropagate(Tensor images)
    {
        if (images.device_type == DeviceType.CPU)
            return IsBf16 ? Backpropagate<Bf16>(images) : Backpropagate<Fp32>(images);
        using var scope = NewDisposeScope();
        var error = functional.mse_loss(forward(images), images);
        error.backward();
        return error.detach().MoveToOuterDisposeScope(); // without the graph that led to it
    }

    private Tensor Backpropagate<T>(Tensor images)
        where T : struct, IStored
    {
        CheckShape(images);
        var tape = new Tape<T>();
        var x = images.alias();
        foreach (var block in encoder.SkipLast(1))
            x = block.RecordPooled(x, tape);
        x = encoder[^1].Record(x, tape);
        foreach (var block in decoder.SkipLast(1))
            x = block.Record(x, tape);
        return decoder[^1].BackFromOutput(x, output, images, tape);
    }

    /// <summary>What each step of the model makes of its input, from the first block to the reconstruction.</summary>
    /// <param name="input">[N, 3, H, W], as for <see cref="forward"/>.</param>
    /// <exception cref="ArgumentException">The input has another shape.</exception>
    internal IEnumerable<(string Name, Module? Module, Tensor Output)> Steps(Tensor input)
    {
        CheckShape(input);
        var x = input;
        for (var i = 0; i < encoder.Count; i++)
        {
            if (i > 0)
                yield return ("max pool 2×2", null, x = functional.max_pool2d(x, 2));
            yield return ($"encoder.{i}", encoder[i], x = encoder[i].forward(x));
        }
        for (var i = 0; i < decoder.Count; i++)
            yield return ($"decoder.{i}", decoder[i], x = decoder[i].forward(x));
        yield return ("output", output, output.Compute(x, bf16: false));
    }

    /// <summary>Reconstructs images without training: batch by batch, with the running statistics of batch normalisation.</summary>
    /// <param name="images">[N, 3, H, W] in 0..1, on any device.</param>
    /// <param name="batchSize">How many images go through at once; it decides memory, not the result.</param>
    /// <returns>[N, 3, H, W] clipped to 0..1, on the processor. The caller owns it.</returns>
    public Tensor Reconstruct(Tensor images, int batchSize = 32)
    {
        using var folded = Fold();
        return folded.ReconstructBatches(images, batchSize);
    }

    /// <summary>The model as it is now, for scoring many times: one image is reconstructed fastest this way.</summary>
    /// <returns>The folded model, which the caller owns.</returns>
    public FoldedAutoencoder Fold() => new(
    [
        .. encoder.SelectMany((block, i) => i > 0 ? block.Fold().Prepend(FoldedAutoencoder.Layer.Pool) : block.Fold()),
        .. decoder.SelectMany(block => block.Fold()),
        FoldedAutoencoder.Layer.Conv(output),
    ]);

    internal static void CheckShape(Tensor input)
    {
        var shape = input.shape;
        if (shape.Length != 4 || shape[1] != Channels)
            throw new ArgumentException($"The autoencoder takes images of shape [N, 3, H, W], not [{string.Join(", ", shape)}].", nameof(input));
        if (shape[2] % Stride != 0 || shape[3] % Stride != 0)
            throw new ArgumentException($"The autoencoder halves height and width five times, so both must be multiples of {Stride}; {shape[2]}×{shape[3]} is not. Choose another imageSize, such as 128.", nameof(input));
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
