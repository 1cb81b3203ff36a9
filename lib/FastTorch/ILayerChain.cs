using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace FastTorch;

/// <summary>
/// A module whose <c>forward</c> passes its input through its layers one after the other and does nothing else, so that
/// <see cref="FastModel"/> can compute it. A <c>Sequential</c> need not implement it.
/// </summary>
public interface ILayerChain
{
    /// <summary>The layers, first to last; each is a <c>Sequential</c>, a chain itself, or a single layer.</summary>
    IEnumerable<Module<Tensor, Tensor>> Layers { get; }
}
