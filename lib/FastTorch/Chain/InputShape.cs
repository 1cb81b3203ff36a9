using TorchSharp.Modules;
using static TorchSharp.torch;

namespace FastTorch.Chain;

/// <summary>The inputs that a chain takes.</summary>
internal static class InputShape
{
    /// <summary>Throws if an input does not fit, and says why.</summary>
    /// <exception cref="ArgumentException">The number of channels differs, or height and width cannot be halved as often as the chain does.</exception>
    public static void Check(IReadOnlyList<Segment> segments, Tensor input)
    {
        var channels = segments[0].Layer is Conv2d conv ? conv.in_channels : ((ConvTranspose2d)segments[0].Layer).in_channels;
        var shape = input.shape;
        if (shape.Length != 4 || shape[1] != channels)
            throw new ArgumentException($"The model takes an input of shape [N, {channels}, H, W], not [{string.Join(", ", shape)}].", nameof(input));
        var halvings = segments.Count(s => s.HasPool);
        if (shape[2] % (1 << halvings) != 0 || shape[3] % (1 << halvings) != 0)
            throw new ArgumentException($"The model halves height and width {halvings} times, so both must be multiples of {1 << halvings}; {shape[2]}×{shape[3]} is not. Choose another size, such as {4 << halvings}.", nameof(input));
    }
}
