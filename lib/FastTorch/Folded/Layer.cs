using FastTorch.Chain;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace FastTorch.Folded;

/// <summary>One step of a folded model, with its own copy of the weights.</summary>
/// <param name="forward">Computes the step on [N, …].</param>
/// <param name="script">The same as a TorchScript expression of <c>x</c>; <c>{0}</c> stands for the weight, <c>{1}</c> for the bias. <c>null</c> if there is none.</param>
/// <param name="packing">A TorchScript expression that packs the weight in oneDNN's own layout for <c>x</c>; <c>null</c> where that gains nothing.</param>
/// <param name="weights">Weight and bias, if it has any.</param>
internal sealed class Layer(Func<Tensor, Tensor> forward, string? script, string? packing, params Tensor[] weights) : IDisposable
{
    public string? Script { get; } = script;

    public string? Packing { get; } = packing;

    public IReadOnlyList<Tensor> Weights { get; } = weights;

    public Tensor Forward(Tensor input) => forward(input);

    public void Dispose()
    {
        foreach (var owned in Weights)
            owned.Dispose();
    }

    /// <summary>The folded layers of a segment.</summary>
    public static IEnumerable<Layer> Of(Segment segment)
    {
        yield return segment.Layer switch
        {
            Conv2d conv => Conv(conv, segment),
            ConvTranspose2d up => Up(up, segment),
            var other => new Layer(segment.Activate, script: null, packing: null),
        };
        if (segment.HasPool)
            yield return new(x => functional.max_pool2d(x, 2), "torch.max_pool2d(x, [2, 2])", packing: null);
    }

    private static Layer Conv(Conv2d conv, Segment segment)
    {
        var (weight, bias) = Fold(conv.weight!, conv.bias, segment.Norm, channels: 0);
        var options = $"{Numbers(conv.padding!)}, {Numbers(conv.stride)}, {Numbers(conv.dilation)}, {conv.groups}";
        return new(
            x => ReLU(functional.conv2d(x, weight, bias, conv.stride, conv.padding, conv.dilation, conv.groups), segment.HasReLU),
            ReLU($"torch.mkldnn_convolution(x, {{0}}, {{1}}, {options})", segment.HasReLU),
            $"torch.mkldnn_reorder_conv2d_weight({{0}}.to_mkldnn(), {options}, x.size())",
            weight, bias);
    }

    private static Layer Up(ConvTranspose2d up, Segment segment)
    {
        var (weight, bias) = Fold(up.weight!, up.bias, segment.Norm, channels: 1);
        return new(
            x => ReLU(functional.conv_transpose2d(x, weight, bias, up.stride, up.padding, up.output_padding, up.dilation, up.groups), segment.HasReLU),
            ReLU($"torch.conv_transpose2d(x, {{0}}, {{1}}, {Numbers(up.stride)}, {Numbers(up.padding!)}, {Numbers(up.output_padding)}, {up.groups}, {Numbers(up.dilation)})", segment.HasReLU),
            packing: null, weight, bias);
    }

    private static Tensor ReLU(Tensor x, bool has) => has ? x.relu_() : x;

    private static string ReLU(string script, bool has) => has ? $"torch.relu_({script})" : script;

    private static string Numbers(long[] numbers) => $"[{string.Join(", ", numbers)}]";

    /// <summary>(w·x + b − μ)·γ/√(σ² + ε) + β, written as one product and one sum.</summary>
    private static (Tensor Weight, Tensor Bias) Fold(Tensor weight, Tensor? bias, BatchNorm2d? norm, int channels)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var outputs = bias?.shape[0] ?? norm?.num_features ?? weight.shape[channels];
        var before = bias is null ? new double[outputs] : Doubles(bias);
        if (norm is null)
            return (weight.detach().clone().DetachFromDisposeScope(), Floats(before, weight).DetachFromDisposeScope());
        double[] gamma = Doubles(norm.weight!), beta = Doubles(norm.bias!), mean = Doubles(norm.running_mean!), variance = Doubles(norm.running_var!);
        double[] scale = [.. gamma.Select((g, c) => g / Math.Sqrt(variance[c] + norm.eps))];
        double[] offset = [.. scale.Select((s, c) => (before[c] - mean[c]) * s + beta[c])];
        var shape = new long[] { 1, 1, 1, 1 };
        shape[channels] = -1;
        return ((weight * Floats(scale, weight).reshape(shape)).DetachFromDisposeScope(), Floats(offset, weight).DetachFromDisposeScope());
    }

    private static double[] Doubles(Tensor tensor) => [.. tensor.cpu().to(float64).data<double>()];

    private static Tensor Floats(double[] values, Tensor beside) => tensor([.. values.Select(v => (float)v)], device: beside.device);
}
