using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AnomalyLab.Models.Fused;

/// <summary>
/// A way forward through layers on the processor, written down so that gradients can go it back. Autograd alone
/// could do it, but not join batch normalisation and ReLU; so it sees one convolution at a time.
/// </summary>
/// <remarks>Each method takes over the tensor it is given; what it returns is to be given to the next.</remarks>
/// <typeparam name="T">What the convolutions compute in, and what lies in memory between the layers.</typeparam>
internal sealed class Tape<T>
    where T : struct, IStored
{
    private readonly Stack<Func<Tensor, Tensor?>> way = new();

    /// <summary>A convolution, batch normalisation, ReLU.</summary>
    /// <param name="x">[N, C, H, W] on the processor.</param>
    /// <param name="conv">The convolution.</param>
    /// <param name="norm">The normalisation.</param>
    public Tensor ConvNormReLU(Tensor x, Conv2d conv, BatchNorm2d norm) => Follow(new NormReLU<T>(norm, Convolve(x, conv), conv.bias!));

    /// <summary>The same, and of each 2×2 places the largest.</summary>
    public Tensor ConvNormReLUPool(Tensor x, Conv2d conv, BatchNorm2d norm) => Follow(new NormReLUPool<T>(norm, Convolve(x, conv), conv.bias!));

    /// <summary>A transposed convolution, batch normalisation, ReLU.</summary>
    public Tensor UpNormReLU(Tensor x, ConvTranspose2d conv, BatchNorm2d norm) => Follow(new NormReLU<T>(norm,
        Apply(x, x => functional.conv_transpose2d(x, conv.weight!.to(T.Type), strides: conv.stride)), conv.bias!));

    /// <summary>A convolution, batch normalisation, ReLU, the model's output; and from its mean squared error all the way back.</summary>
    /// <param name="x">[N, C, H, W] on the processor.</param>
    /// <param name="conv">The convolution.</param>
    /// <param name="norm">The normalisation.</param>
    /// <param name="output">From 16 channels to three colours.</param>
    /// <param name="images">[N, 3, H, W]: what should come out. They stay the caller's.</param>
    /// <returns>The mean squared error, one number. The caller owns it.</returns>
    public Tensor BackFromOutput(Tensor x, Conv2d conv, BatchNorm2d norm, Conv2d output, Tensor images)
    {
        Tensor error, gradient;
        using (var last = new NormReLUOutput<T>(norm, Convolve(x, conv), conv.bias!, output, images))
            (error, gradient) = last.Backward();
        Back(gradient);
        return error;
    }

    /// <summary>Goes all the way back; then each parameter has its gradient, but the biases before a normalisation, whose gradient is 0.</summary>
    /// <param name="gradient">That of what the last method returned. It is the tape's.</param>
    public void Back(Tensor gradient)
    {
        var next = gradient;
        while (way.TryPop(out var step))
        {
            using var passed = next!; // only the first layer returns none
            next = step(passed);
        }
        next?.Dispose();
    }

    private Tensor Convolve(Tensor x, Conv2d conv) =>
        Apply(x, x => functional.conv2d(x.to(T.Type), conv.weight!.to(T.Type), null, conv.stride, conv.padding));

    /// <summary>A layer as libtorch differentiates it.</summary>
    private Tensor Apply(Tensor x, Func<Tensor, Tensor> layer)
    {
        var isFirst = way.Count == 0; // nobody asks for the gradient of the images
        var input = x.detach().requires_grad_(!isFirst);
        x.Dispose();
        Tensor output;
        using (NewDisposeScope()) // what is converted on the way lives on in the graph, and no longer than it
            output = layer(input).MoveToOuterDisposeScope();
        way.Push(gradient =>
        {
            output.backward([gradient]);
            output.Dispose();
            using (input)
                return isFirst ? null : input.grad;
        });
        return output.detach();
    }

    private Tensor Follow(NormReLU<T> layer)
    {
        way.Push(gradient =>
        {
            using (layer)
                return layer.Backward(gradient);
        });
        return layer.Forward();
    }
}
