using FastTorch.Chain;
using FastTorch.Folded;
using FastTorch.Fused;
using FastTorch.Memory;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace FastTorch;

/// <summary>
/// Computes the gradients and the scoring of a model, a chain of layers known here, faster than the model's own
/// <c>forward</c>, with the same results up to rounding. The model is not changed, and stays the caller's.
/// </summary>
public sealed class FastModel
{
    private readonly IReadOnlyList<Segment> segments;
    private bool wasBf16;

    private FastModel(IReadOnlyList<Segment> segments, string? notFused) => (this.segments, NotFused) = (segments, notFused);

    /// <summary>Why <see cref="Backpropagate"/> declines this model, for which it would be no faster than autograd; <c>null</c> if it does not.</summary>
    public string? NotFused { get; }

    /// <summary>The names of the convolutions whose normalisation, ReLU and pooling training computes in one pass.</summary>
    public IEnumerable<string> FusedLayers => NotFused is null ? segments.Where(s => s.IsFused).Select(s => s.Name) : [];

    /// <summary>Recognises a model.</summary>
    /// <param name="model">A <c>Sequential</c>, nested as you like, or an <see cref="ILayerChain"/>.</param>
    /// <param name="reason">Which part of the model is not known, and what it is.</param>
    /// <returns><c>null</c> if the model is not recognised; use its own <c>forward</c> then.</returns>
    public static FastModel? Of(Module<Tensor, Tensor> model, out string? reason)
    {
        var segments = Recognition.Of(model, out reason);
        if (reason is not null)
            return null;
        var notFused = Startup.IsOff ? $"the environment variable {Startup.Switch} switches it off"
            : segments.Any(s => s.Weight is { device_type: not DeviceType.CPU }) ? "the model is not on the processor"
            : !segments.Any(s => s.IsFused) ? "no convolution is followed by a batch normalisation of 16, 32, 64 … channels and ReLU"
            : null;
        return new FastModel(segments, notFused);
    }

    /// <summary>Stores the convolutions' weights channels-last, like the inputs; otherwise each step would reorder them.</summary>
    /// <remarks>The parameters become new objects, so create optimisers afterwards.</remarks>
    public void StoreChannelsLast()
    {
        foreach (var conv in segments.Select(s => s.Layer).OfType<Convolution>())
        {
            using var scope = NewDisposeScope();
            conv.weight = Parameter(conv.weight!.detach().permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2));
        }
    }

    /// <summary>
    /// The same as the model's own <c>forward</c>, differentiable, on any device. In bfloat16, only convolutions before a
    /// normalisation use it, and the last of them does not round its output: near the loss the gradient varies by less than
    /// bfloat16 resolves.
    /// </summary>
    /// <param name="input">[N, C, H, W] on the model's device.</param>
    /// <param name="bf16">Whether convolutions before a normalisation compute in bfloat16.</param>
    /// <returns>The output, in the type of the weights. The caller owns it.</returns>
    public Tensor Forward(Tensor input, bool bf16 = false)
    {
        var type = bf16 ? bfloat16 : float32;
        var x = input.alias();
        for (var i = 0; i < segments.Count; i++)
        {
            using var previous = x;
            x = segments[i].Forward(previous, type, endsRounded: i + 1 < segments.Count && segments[i + 1].Norm is not null);
        }
        return x;
    }

    /// <summary>
    /// Computes the loss and sets each parameter's <c>grad</c>, except for biases before a normalisation, whose gradient is 0.
    /// Uses batch statistics and updates the running ones, as in training mode.
    /// </summary>
    /// <param name="input">[N, C, H, W] on the processor; the model's poolings must divide H and W.</param>
    /// <param name="target">What <paramref name="loss"/> compares the output with.</param>
    /// <param name="loss">Computes one number from output and target; the mean squared error if left out.</param>
    /// <param name="bf16">Whether convolutions before a normalisation compute in bfloat16.</param>
    /// <returns>The loss, one number. The caller owns it.</returns>
    /// <exception cref="ArgumentException">The input has another shape.</exception>
    /// <exception cref="InvalidOperationException"><see cref="NotFused"/> is not <c>null</c>.</exception>
    public Tensor Backpropagate(Tensor input, Tensor target, Func<Tensor, Tensor, Tensor>? loss = null, bool bf16 = false)
    {
        if (NotFused is not null)
            throw new InvalidOperationException($"FastTorch does not train this model: {NotFused}.");
        InputShape.Check(segments, input);
        if (bf16 != wasBf16)
            TensorMemory.GiveBack(); // the other type needs blocks of other sizes
        wasBf16 = bf16;
        return bf16 ? new Tape<Bf16>(segments).Run(input, target, loss) : new Tape<Fp32>(segments).Run(input, target, loss);
    }

    /// <summary>The model as it is now, for scoring; later training does not change it.</summary>
    /// <returns>The folded model, which the caller owns.</returns>
    public FoldedModel Fold() => new(segments);
}
