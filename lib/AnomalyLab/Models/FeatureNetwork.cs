using AnomalyLab.Display;
using AnomalyLab.Training;
using FastTorch;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AnomalyLab.Models;

/// <summary>
/// The first three stages of a ResNet-18 that was trained on ImageNet (a million photographs of a thousand things). It turns
/// pictures into features; nothing is trained here. Several threads may use one network at once.
/// </summary>
/// <remarks>
/// He, Zhang, Ren, Sun, "Deep Residual Learning for Image Recognition", CVPR 2016. The weights are those of the NuGet package
/// Microsoft.ML.DnnImageFeaturizer.ResNet18 (MIT), made with CNTK: it takes blue, green, red in 0..255 less the means
/// 103.06, 115.90, 123.15. Batch normalisation is folded into the convolutions, and so are the factor 255 and the order of the colours.
/// </remarks>
public sealed class FeatureNetwork : IDisposable
{
    private const string FileName = "ResNet18.onnx";

    private readonly Tensor minusMean;
    private readonly Conv stem;
    private readonly Block[][] stages;
    private readonly ScalarType type;

    private FeatureNetwork(Tensor minusMean, Conv stem, Block[][] stages, ScalarType type) =>
        (this.minusMean, this.stem, this.stages, this.type) = (minusMean, stem, stages, type);

    /// <summary>The number of features of each stage per place.</summary>
    public static IReadOnlyList<int> Channels { get; } = [64, 128, 256];

    /// <summary>Reads the weights, which takes about a third of a second.</summary>
    /// <param name="precision">What convolutions compute in.</param>
    /// <param name="file">The ONNX file; the one beside this library if left out.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is damaged, or holds another network.</exception>
    public static FeatureNetwork Load(Precision precision = Precision.Auto, string? file = null)
    {
        file ??= Path.Combine(Path.GetDirectoryName(typeof(FeatureNetwork).Assembly.Location)!, FileName);
        if (!File.Exists(file))
            throw new FileNotFoundException(Texts.Format($"{file} is missing, which holds the feature network's weights: build the library anew (dotnet build lib/AnomalyLab)."), file);
        var type = precision.OnThisMachine() == Precision.Bf16 ? bfloat16 : float32;
        using var scope = NewDisposeScope();
        try
        {
            var convolutions = new Queue<Conv>(FoldedConvolutions(OnnxFile.Read(file), type));
            Conv Next(int stride) => convolutions.Dequeue() with { Stride = stride };
            Block NextBlock(int stride)
            {
                var shortcut = stride == 1 ? null : Next(stride); // it comes first in the file
                return new(Next(stride), Next(1), shortcut);
            }
            var stem = Next(2);
            Block[][] stages = [.. Channels.Select((_, stage) => new[] { NextBlock(stage == 0 ? 1 : 2), NextBlock(1) })];
            var minusMean = tensor(new[] { -123.15f / 255, -115.90f / 255, -103.06f / 255 }).view(1, 3, 1, 1).to(Compute.Device);
            scope.Detach([minusMean, .. stem.Tensors, .. stages.SelectMany(blocks => blocks).SelectMany(block => block.Tensors)]);
            return new(minusMean, stem, stages, type);
        }
        catch (Exception e) when (e is KeyNotFoundException or IndexOutOfRangeException or ArgumentException or InvalidOperationException)
        {
            throw new InvalidDataException(Texts.Format($"{file} does not hold the ResNet-18 that this library knows: build the library anew (dotnet build lib/AnomalyLab)."), e);
        }
    }

    /// <summary>The output of each stage after its last ReLU: edges and colours, then textures, then parts of things.</summary>
    /// <param name="images">[N, 3, H, W], RGB in 0..1, on any device; H and W from 16 on. They stay the caller's.</param>
    /// <returns>[N, 64, H/4, W/4], [N, 128, H/8, W/8], [N, 256, H/16, W/16], each rounded up, on <see cref="Compute.Device"/>. The caller owns them.</returns>
    /// <exception cref="ArgumentException">The images have another shape.</exception>
    public IReadOnlyList<Tensor> Stages(Tensor images)
    {
        if (images.dim() != 4 || images.shape[1] != 3 || images.shape[2] < 16 || images.shape[3] < 16)
            throw new ArgumentException(Texts.Format($"The images have the shape [{string.Join(", ", images.shape)}]; it has to be [N, 3, height, width] with at least 16 pixels in each direction."), nameof(images));
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var x = Compute.ToDevice(images, minusMean.device).permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2); // channels-last
        x = stem.Of(x.Plus(minusMean).to(type)).relu_();
        x = functional.max_pool2d(x, 3, 2, 1);
        var seen = new List<Tensor>();
        foreach (var blocks in stages)
        {
            foreach (var block in blocks)
                x = block.Of(x);
            seen.Add(x);
        }
        return [.. seen.Select(stage => stage.MoveToOuterDisposeScope())];
    }

    /// <summary>
    /// Each place's features: all three stages concatenated, each averaged over 3×3 of its places and resized to the size of the
    /// second stage.
    /// </summary>
    /// <param name="images">[N, 3, H, W], RGB in 0..1, on any device; H and W from 16 on. They stay the caller's.</param>
    /// <returns>[N, 64 + 128 + 256, H/8, W/8], rounded up, in 32 bits and channels-last, on <see cref="Compute.Device"/>. The caller owns it.</returns>
    /// <remarks>As in PatchCore (Roth et al., CVPR 2022, section 3.1).</remarks>
    /// <exception cref="ArgumentException">The images have another shape.</exception>
    public Tensor Embed(Tensor images)
    {
        using var scope = NewDisposeScope();
        var seen = Stages(images);
        long[] size = seen[1].shape[2..];
        return cat([.. seen.Select((stage, i) =>
        {
            var mean = functional.avg_pool2d(stage, 3, 1, 1);
            return i switch
            {
                0 => functional.adaptive_avg_pool2d(mean, size),
                1 => mean,
                _ => functional.interpolate(mean, size, mode: InterpolationMode.Bilinear, align_corners: false),
            };
        })], 1).to(float32).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var owned in stages.SelectMany(blocks => blocks).SelectMany(block => block.Tensors).Concat(stem.Tensors).Append(minusMean))
            owned.Dispose();
    }

    /// <summary>The convolutions in the file's order, with batch normalisation, γ·(w·x − μ)/√(σ² + ε) + β, folded into weight and bias.</summary>
    private static IEnumerable<Conv> FoldedConvolutions(OnnxFile file, ScalarType type)
    {
        const double Epsilon = 1e-5;
        var normOf = file.Nodes.Where(node => node.Operation == "BatchNormalization").ToDictionary(node => node.Inputs[0]);
        var first = true;
        foreach (var node in file.Nodes.Where(node => node.Operation == "Conv"))
        {
            var weight = file.Weights[node.Inputs[1]];
            var unfolded = weight.Values.ToArray();
            float[][] norm = [.. normOf[node.Outputs[0]].Inputs.Skip(1).Select(name => file.Weights[name].Values.ToArray())];
            var (gamma, beta, mean, variance) = (norm[0], norm[1], norm[2], norm[3]);
            var (values, bias) = (new float[unfolded.Length], new float[gamma.Length]);
            var plane = (int)(weight.Shape[2] * weight.Shape[3]);
            var each = values.Length / gamma.Length;
            for (var c = 0; c < gamma.Length; c++)
            {
                var scale = gamma[c] / Math.Sqrt(variance[c] + Epsilon);
                bias[c] = (float)(beta[c] - mean[c] * scale);
                for (var i = 0; i < each; i++)
                {
                    // From RGB in 0..1 to BGR in 0..255, before the first.
                    var (to, by) = first ? (each - plane - i / plane * plane + i % plane, 255) : (i, 1);
                    values[c * each + to] = (float)(unfolded[c * each + i] * scale * by);
                }
            }
            first = false;
            yield return new(
                tensor(values).view(weight.Shape).permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2).to(type, Compute.Device),
                tensor(bias).to(type, Compute.Device), Stride: 1);
        }
    }

    /// <summary>A convolution that keeps the size, or halves it where the stride is 2.</summary>
    private sealed record Conv(Tensor Weight, Tensor Bias, int Stride)
    {
        public IEnumerable<Tensor> Tensors => [Weight, Bias];

        public Tensor Of(Tensor x)
        {
            var border = Weight.shape[^1] / 2;
            return functional.conv2d(x, Weight, Bias, strides: [Stride, Stride], padding: [border, border]);
        }
    }

    /// <summary>A residual block: two convolutions, with the input added to their output.</summary>
    private sealed record Block(Conv First, Conv Second, Conv? Shortcut)
    {
        public IEnumerable<Tensor> Tensors => [.. First.Tensors, .. Second.Tensors, .. Shortcut?.Tensors ?? []];

        public Tensor Of(Tensor x) => Second.Of(First.Of(x).relu_()).Add(Shortcut?.Of(x) ?? x).relu_();
    }
}
