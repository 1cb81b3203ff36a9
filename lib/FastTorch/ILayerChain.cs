using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace FastTorch;

/// <summary>
/// A module whose <c>forward</c> gives its input to one layer, what comes out to the next, and so on, and does nothing else:
/// so <see cref="FastModel"/> can compute what it does. A <c>Sequential</c> need not say so.
/// </summary>
public interface ILayerChain
{
    /// <summary>The layers, first to last; each is a <c>Sequential</c>, a chain itself, or a single layer.</summary>
    IEnumerable<Module<Tensor, Tensor>> Layers { get; }
}
