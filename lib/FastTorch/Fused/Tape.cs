using FastTorch.Chain;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace FastTorch.Fused;

/// <summary>
/// One training step through a chain on the processor, forward and backward. Autograd cannot compute batch normalisation, ReLU
/// and pooling in one pass, so it only gets one layer at a time, and the steps back are recorded here.
/// </summary>
/// <typeparam name="T">The type that convolutions before a normalisation compute in, and that activations between them are stored in.</typeparam>
/// <param name="segments">The chain.</param>
internal sealed class Tape<T>(IReadOnlyList<Segment> segments)
    where T : struct, IStored
{
    private readonly Stack<Func<Tensor, Tensor?>> back = new();

    /// <summary>Goes forward and back. Afterwards each parameter has its gradient, except biases before a normalisation.</summary>
    /// <param name="input">[N, C, H, W] on the processor. It stays the caller's.</param>
    /// <param name="target">What the output is compared with. It stays the caller's.</param>
    /// <param name="loss">Compares them; the mean squared error if left out.</param>
    /// <returns>The loss, one number. The caller owns it.</returns>
    public Tensor Run(Tensor input, Tensor target, Func<Tensor, Tensor, Tensor>? loss)
    {
        // The last two segments, if one pass can compute them together with the error and its gradient.
        var together = loss is null && segments is [.., { IsFused: true, HasPool: false } before, { Layer: Conv2d end }] && NormReLUOutput<T>.Fits(before.Norm!, end, target)
            ? (before, end) : default;
        var x = input.alias();
        for (var i = 0; i < segments.Count - (together.before is null ? 0 : 2); i++)
            x = Forward(x, segments[i], i + 1 < segments.Count && segments[i + 1].IsFused);

        var (error, gradient) = together.before is null ? Compare(x, target, loss ?? MeanSquaredError) : CompareOutput(x, target, together.before, together.end);
        while (back.TryPop(out var step))
        {
            using var passed = gradient!; // only the first layer returns none
            gradient = step(passed);
        }
        gradient?.Dispose();
        return error;
    }

    private static Tensor MeanSquaredError(Tensor output, Tensor target) => functional.mse_loss(output, target);

    /// <summary>Applies one segment; takes over its input.</summary>
    private Tensor Forward(Tensor x, Segment segment, bool isFollowedByFused)
    {
        if (!segment.IsFused)
            return Apply(x, x => segment.Forward(x, T.Type, endsRounded: false));
        var convolved = Apply(x, x => segment.Convolve(x, T.Type));
        // Not rounded if a layer of another kind follows: the small part of its gradient that passes normalisation would be lost.
        return isFollowedByFused ? Follow<T>(convolved, segment) : Follow<Fp32>(convolved, segment);
    }

    /// <summary>The loss and the output's gradient by autograd; takes over the output.</summary>
    private static (Tensor Error, Tensor? Gradient) Compare(Tensor output, Tensor target, Func<Tensor, Tensor, Tensor> loss)
    {
        using var leaf = output.requires_grad_();
        using var scope = NewDisposeScope();
        var error = loss(leaf, target);
        error.backward();
        return (error.detach().MoveToOuterDisposeScope(), leaf.grad!.MoveToOuterDisposeScope());
    }

    private (Tensor Error, Tensor? Gradient) CompareOutput(Tensor x, Tensor target, Segment before, Conv2d end)
    {
        using var last = new NormReLUOutput<T>(before.Norm!, Apply(x, x => before.Convolve(x, T.Type)), before.Bias, end, target);
        return last.Backward();
    }

    /// <summary>Applies a layer that libtorch differentiates; takes over its input.</summary>
    private Tensor Apply(Tensor x, Func<Tensor, Tensor> layer)
    {
        var isFirst = back.Count == 0; // the gradient of the model's input is not needed
        var input = x.detach().requires_grad_(!isFirst);
        x.Dispose();
        Tensor output;
        using (NewDisposeScope()) // the graph keeps the temporary tensors alive for as long as it needs them
            output = layer(input).MoveToOuterDisposeScope();
        back.Push(gradient =>
        {
            output.backward([gradient]);
            output.Dispose();
            using (input)
                return isFirst ? null : input.grad;
        });
        return output.detach();
    }

    private Tensor Follow<TOut>(Tensor convolved, Segment segment)
        where TOut : struct, IStored
    {
        var layer = segment.HasPool ? new NormReLUPool<T, TOut>(segment.Norm!, convolved, segment.Bias) : new NormReLU<T, TOut>(segment.Norm!, convolved, segment.Bias);
        back.Push(gradient =>
        {
            using (layer)
                return layer.Backward(gradient);
        });
        return layer.Forward();
    }
}
