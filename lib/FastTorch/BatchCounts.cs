using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace FastTorch;

/// <summary>
/// Counts batches instead of a model's batch normalisations, for one forward pass in training mode: TorchSharp's
/// <c>BatchNorm.forward</c> adds a number that a garbage collection can free too early (see <see cref="Numbers"/>).
/// </summary>
public sealed class BatchCounts : IDisposable
{
    private static readonly Scalar One = 1L.ToScalar();

    private readonly (BatchNorm Norm, Tensor Count)[] counts;

    /// <param name="model">The model. Until this object is disposed, its normalisations have no <c>num_batches_tracked</c>, except those without a momentum, whose averages depend on it.</param>
    public BatchCounts(nn.Module model)
    {
        counts = [.. model.modules().OfType<BatchNorm>().Where(norm => norm is { training: true, momentum: not null, num_batches_tracked: not null })
            .Select(norm => (norm, norm.num_batches_tracked!.clone()))];
        foreach (var (norm, _) in counts)
            norm.num_batches_tracked = null;
    }

    /// <summary>Gives the counts back to the model, one higher.</summary>
    public void Dispose()
    {
        foreach (var (norm, count) in counts)
            norm.num_batches_tracked = count.add_(One, One);
    }
}
