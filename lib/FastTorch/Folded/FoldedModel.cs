using FastTorch.Chain;
using static TorchSharp.torch;

namespace FastTorch.Folded;

/// <summary>
/// A model for scoring: batch normalisation with its running statistics is folded into the weights of the convolution
/// before it, so there is less to compute. Not for several threads at once.
/// </summary>
public sealed class FoldedModel : IDisposable
{
    private readonly IReadOnlyList<Segment> segments;
    private readonly Layer[] layers;
    private SingleSample? single;

    internal FoldedModel(IReadOnlyList<Segment> segments) =>
        (this.segments, layers) = (segments, [.. segments.SelectMany(Layer.Of)]);

    /// <summary>What the model's <c>forward</c> gives in evaluation mode.</summary>
    /// <param name="input">[N, C, H, W] on the model's device; it stays the caller's.</param>
    /// <returns>The output. The caller owns it.</returns>
    /// <exception cref="ArgumentException">The input has another shape.</exception>
    public Tensor Forward(Tensor input)
    {
        InputShape.Check(segments, input);
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        // For a single small input libtorch does not use oneDNN's convolutions but slower ones, so the input is passed twice.
        var several = input.shape[0] > 1 ? input : cat([input, input]);
        var x = several.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2); // channels-last
        foreach (var layer in layers)
        {
            using var previous = x;
            x = layer.Forward(previous);
        }
        return x.narrow(0, 0, input.shape[0]).MoveToOuterDisposeScope();
    }

    /// <summary>The same for one sample at a time: the first of a size takes some 40 ms more, all later ones are faster.</summary>
    /// <inheritdoc cref="Forward"/>
    public Tensor ForwardOne(Tensor input)
    {
        if (!SingleSample.Suits(input, layers))
            return Forward(input);
        InputShape.Check(segments, input);
        using var _ = no_grad();
        single ??= new SingleSample(layers, input);
        return single.Forward(input);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        single?.Dispose();
        foreach (var layer in layers)
            layer.Dispose();
    }
}
