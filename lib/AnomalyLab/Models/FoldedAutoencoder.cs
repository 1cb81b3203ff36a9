using AnomalyLab.Native;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AnomalyLab.Models;

/// <summary>
/// An autoencoder's weights for scoring: what batch normalisation does with its running statistics is folded into the
/// weights of the convolution before it, so each block computes less. Later training of the model does not reach it. Not for
/// several threads at once.
/// </summary>
public sealed class FoldedAutoencoder : IDisposable
{
    private readonly Layer[] layers;
    private SingleImage? single;

    // Held, because a garbage collection may take a number away while libtorch still reads it; see Training/Adam.cs.
    private readonly TorchSharp.Scalar darkest = 0, brightest = 1;

    internal FoldedAutoencoder(IEnumerable<Layer> layers) => this.layers = [.. layers];

    /// <summary>Reconstructs images, batch by batch.</summary>
    /// <param name="images">[N, 3, H, W] in 0..1, on any device; H and W are multiples of <see cref="Autoencoder.Stride"/>.</param>
    /// <param name="batchSize">How many images go through at once; it decides memory, not the result.</param>
    /// <returns>[N, 3, H, W] clipped to 0..1, on the processor. The caller owns it.</returns>
    /// <exception cref="ArgumentException">The images have another shape.</exception>
    public Tensor Reconstruct(Tensor images, int batchSize = 32)
    {
        Autoencoder.CheckShape(images);
        if (!SingleImage.Suits(images))
            return ReconstructBatches(images, batchSize);
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        single ??= new SingleImage(layers, images);
        return single.Forward(images).clamp_(darkest, brightest).MoveToOuterDisposeScope();
    }

    /// <summary>The same for one time: a single image takes longer here, but no preparation.</summary>
    internal Tensor ReconstructBatches(Tensor images, int batchSize)
    {
        Autoencoder.CheckShape(images);
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        return cat([.. images.split(batchSize).Select(batch =>
        {
            using var inner = NewDisposeScope();
            return Forward(Compute.ToDevice(batch)).clamp_(darkest, brightest).cpu().MoveToOuterDisposeScope();
        })]).MoveToOuterDisposeScope();
    }

    /// <summary>One batch.</summary>
    /// <param name="batch">[N, 3, H, W] in 0..1, on the model's device.</param>
    /// <returns>[N, 3, H, W], about 0..1, not clipped.</returns>
    internal Tensor Forward(Tensor batch)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        // libtorch leaves a lone small image to slower convolutions than oneDNN's, so it goes through twice.
        var several = batch.shape[0] > 1 ? batch : cat([batch, batch]);
        var x = several.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2); // channels-last
        return layers.Aggregate(x, (input, layer) => layer.Of(input)).narrow(0, 0, batch.shape[0]).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        single?.Dispose();
        foreach (var layer in layers)
            layer.Dispose();
    }

    /// <summary>One step; its weights are its own.</summary>
    /// <param name="of">What it makes of [N, …].</param>
    /// <param name="script">The same in TorchScript, of <c>x</c>; <c>{0}</c> stands for the weight, <c>{1}</c> for the bias.</param>
    /// <param name="packing">In TorchScript, the weight in the order that oneDNN computes in with <c>x</c>; none where that is no gain.</param>
    /// <param name="weights">Weight and bias, if it has any.</param>
    internal sealed class Layer(Func<Tensor, Tensor> of, string script, string? packing, params Tensor[] weights) : IDisposable
    {
        public static Layer Pool { get; } = new(x => functional.max_pool2d(x, 2), "torch.max_pool2d(x, [2, 2])", packing: null);

        public string Script { get; } = script;

        public string? Packing { get; } = packing;

        public IReadOnlyList<Tensor> Weights { get; } = weights;

        public Tensor Of(Tensor input) => of(input);

        public void Dispose()
        {
            foreach (var owned in Weights)
                owned.Dispose();
        }

        public static Layer Conv(TorchSharp.Modules.Conv2d conv, TorchSharp.Modules.BatchNorm2d? norm = null)
        {
            var (weight, bias) = Fold(conv.weight!, conv.bias!, norm, channels: 0);
            var border = weight.shape[^1] / 2;
            var options = $"[{border}, {border}], [1, 1], [1, 1], 1";
            var convolution = $"torch.mkldnn_convolution(x, {{0}}, {{1}}, {options})";
            return new(
                x => ReLU(functional.conv2d(x, weight, bias, padding: [border, border]), norm),
                norm is null ? convolution : $"torch.relu_({convolution})",
                $"torch.mkldnn_reorder_conv2d_weight({{0}}.to_mkldnn(), {options}, x.size())",
                weight, bias);
        }

        public static Layer Up(TorchSharp.Modules.ConvTranspose2d up, TorchSharp.Modules.BatchNorm2d norm)
        {
            var (weight, bias) = Fold(up.weight!, up.bias!, norm, channels: 1);
            return new(
                x => ReLU(functional.conv_transpose2d(x, weight, bias, strides: [2, 2]), norm),
                "torch.relu_(torch.conv_transpose2d(x, {0}, {1}, [2, 2]))", packing: null,
                weight, bias);
        }

        private static Tensor ReLU(Tensor x, TorchSharp.Modules.BatchNorm2d? norm) => norm is null ? x : x.relu_();

        /// <summary>(w·x + b − μ)·γ/√(σ² + ε) + β, written as one product and one sum.</summary>
        /// <remarks>
        /// A number per channel is computed here and not by libtorch: adding two tensors is enough for TorchSharp to make a
        /// number (how much of the second) that a garbage collection on another thread may take away before libtorch has read it.
        /// </remarks>
        private static (Tensor Weight, Tensor Bias) Fold(Tensor weight, Tensor bias, TorchSharp.Modules.BatchNorm2d? norm, int channels)
        {
            using var scope = NewDisposeScope();
            using var _ = no_grad();
            if (norm is null)
                return (weight.detach().clone().DetachFromDisposeScope(), bias.detach().clone().DetachFromDisposeScope());
            double[] gamma = Numbers(norm.weight!), beta = Numbers(norm.bias!), before = Numbers(bias);
            double[] mean = Numbers(norm.running_mean!), variance = Numbers(norm.running_var!);
            double[] scale = [.. gamma.Select((g, c) => g / Math.Sqrt(variance[c] + norm.eps))];
            double[] offset = [.. scale.Select((s, c) => (before[c] - mean[c]) * s + beta[c])];
            var shape = new long[] { 1, 1, 1, 1 };
            shape[channels] = -1;
            return ((weight * tensor([.. scale.Select(s => (float)s)], device: weight.device).reshape(shape)).DetachFromDisposeScope(),
                tensor([.. offset.Select(o => (float)o)], device: weight.device).DetachFromDisposeScope());
        }

        private static double[] Numbers(Tensor tensor) => [.. tensor.cpu().to(float64).data<double>()];
    }
}
