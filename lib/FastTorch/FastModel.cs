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
/// A model that is a chain of layers known here: its gradients, and its scoring, computed faster than by its own
/// <c>forward</c>, with the same results up to rounding. The model stays what it was, and the caller's.
/// </summary>
public sealed class FastModel
{
    private readonly IReadOnlyList<Segment> segments;
    private bool wasBf16;

    private FastModel(IReadOnlyList<Segment> segments, string? notFused) => (this.segments, NotFused) = (segments, notFused);

    /// <summary>Why <see cref="Backpropagate"/> is no faster than autograd for this model, and does not compute it; <c>null</c> where it is.</summary>
    public string? NotFused { get; }

    /// <summary>The names of the convolutions whose normalisation, ReLU and pooling training computes in one pass.</summary>
    public IEnumerable<string> FusedLayers => NotFused is null ? segments.Where(s => s.IsFused).Select(s => s.Name) : [];

    /// <summary>Recognises a model.</summary>
    /// <param name="model">A <c>Sequential</c>, nested as you like, or an <see cref="ILayerChain"/>.</param>
    /// <param name="reason">Why there is none: which part is not known, and what it is.</param>
    /// <returns><c>null</c> where the model is not recognised: then it computes as it always did.</returns>
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

    /// <summary>Stores the weights of convolutions with the channels last, as inputs are; otherwise each step would reorder them.</summary>
    /// <remarks>The parameters become other objects: make optimisers afterwards.</remarks>
    public void StoreChannelsLast()
    {
        foreach (var conv in segments.Select(s => s.Layer).OfType<Convolution>())
        {
            using var scope = NewDisposeScope();
            conv.weight = Parameter(conv.weight!.detach().permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2));
        }
    }

    /// <summary>
    /// What the model's own <c>forward</c> computes, differentiable, on any device; in bfloat16 only what comes before a
    /// normalisation but the last, because what varies in the gradient that comes from the loss is smaller than bfloat16 resolves.
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
    /// The loss, and its gradients: each parameter's becomes its <c>grad</c>, but not those of biases before a normalisation,
    /// which are 0. Batch statistics are taken and the running ones follow, as in training mode.
    /// </summary>
    /// <param name="input">[N, C, H, W] on the processor; the model's poolings must divide H and W.</param>
    /// <param name="target">What <paramref name="loss"/> compares the output with.</param>
    /// <param name="loss">Makes one number of output and target; their mean squared error if left out.</param>
    /// <param name="bf16">Whether convolutions before a normalisation compute in bfloat16.</param>
    /// <returns>The loss, one number. The caller owns it.</returns>
    /// <exception cref="ArgumentException">The input has another shape.</exception>
    /// <exception cref="InvalidOperationException">There is a reason for <see cref="NotFused"/>.</exception>
    public Tensor Backpropagate(Tensor input, Tensor target, Func<Tensor, Tensor, Tensor>? loss = null, bool bf16 = false)
    {
        if (NotFused is not null)
            throw new InvalidOperationException($"FastTorch does not train this model: {NotFused}.");
        InputShape.Check(segments, input);
        if (bf16 != wasBf16)
            TensorMemory.GiveBack(); // the other type asks for blocks of other sizes
        wasBf16 = bf16;
        return bf16 ? new Tape<Bf16>(segments).Run(input, target, loss) : new Tape<Fp32>(segments).Run(input, target, loss);
    }

    /// <summary>The model as it now is, for scoring; later training does not reach it.</summary>
    /// <returns>The folded model, which the caller owns.</returns>
    public FoldedModel Fold() => new(segments);
}
