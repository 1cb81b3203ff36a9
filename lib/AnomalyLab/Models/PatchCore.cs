using AnomalyLab.Evaluation;
using static TorchSharp.torch;

namespace AnomalyLab.Models;

/// <summary>
/// Remembers what patches of good images look like to the <see cref="FeatureNetwork"/>, wherever they were, and compares each
/// patch with the nearest one it remembers (PatchCore). Images may have different shapes and sizes.
/// </summary>
/// <remarks>Roth et al., "Towards Total Recall in Industrial Anomaly Detection", CVPR 2022.</remarks>
public sealed class PatchCore : IAnomalyDetector
{
    private const string MemoryKey = "memory";

    private readonly FeatureNetwork network;
    private readonly Tensor memory, transposed, squares;

    private PatchCore(FeatureNetwork network, Tensor memory)
    {
        this.network = network;
        this.memory = memory.DetachFromDisposeScope();
        transposed = memory.t().DetachFromDisposeScope();
        squares = memory.square().sum(1).DetachFromDisposeScope();
    }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, Tensor> State => new Dictionary<string, Tensor> { [MemoryKey] = memory };

    /// <summary>Remembers good images.</summary>
    /// <param name="network">Makes the features; it stays the caller's, and has to live as long as the detector.</param>
    /// <param name="images">[N, 3, H, W] in 0..1; they stay the caller's.</param>
    /// <param name="options">How much to remember.</param>
    /// <exception cref="ArgumentException">There are no images, or they have another shape.</exception>
    public static PatchCore Fit(FeatureNetwork network, Tensor images, PatchCoreOptions? options = null)
    {
        using var scope = NewDisposeScope();
        return Fit(network, images.split(AnomalyMaps.BatchSize), options);
    }

    /// <summary>Remembers good images, batch by batch; those of all batches are never there at once.</summary>
    /// <param name="network">Makes the features; it stays the caller's, and has to live as long as the detector.</param>
    /// <param name="batches">[n, 3, H, W] in 0..1 each, of any sizes; read once, one after the other. They stay the caller's.</param>
    /// <param name="options">How much to remember.</param>
    /// <param name="choosing">Hears, when all batches are read, which part of the memory is chosen, 0..1.</param>
    /// <param name="cancellation">Ends it with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="ArgumentException">There are no images, or they have another shape.</exception>
    public static PatchCore Fit(
        FeatureNetwork network, IEnumerable<Tensor> batches, PatchCoreOptions? options = null, IProgress<double>? choosing = null, CancellationToken cancellation = default)
    {
        options ??= new();
        using var sample = new PatchSample(options.Sample, options.Seed);
        foreach (var batch in batches)
        {
            cancellation.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            sample.Add(Patches(network.Embed(batch)));
        }
        if (sample.IsEmpty)
            throw new ArgumentException("There are no images to remember.", nameof(batches));
        using var rest = NewDisposeScope();
        var chosen = Coreset.Choose(sample.Rows, options.Memory, options.Seed, choosing, cancellation);
        return new(network, sample.Rows.index_select(0, tensor(chosen, device: sample.Rows.device)));
    }

    /// <summary>What <see cref="State"/> was taken from.</summary>
    /// <param name="network">Makes the features; it stays the caller's, and has to live as long as the detector.</param>
    /// <param name="state">The tensors; they stay the caller's.</param>
    /// <exception cref="ArgumentException">One has another shape.</exception>
    /// <exception cref="KeyNotFoundException">One is missing.</exception>
    public static PatchCore From(FeatureNetwork network, IReadOnlyDictionary<string, Tensor> state)
    {
        using var scope = NewDisposeScope();
        return new(network, state[MemoryKey].clone());
    }

    /// <inheritdoc/>
    public AnomalyMaps Score(Tensor images) => AnomalyMaps.Of(images, batch =>
    {
        var embedded = network.Embed(batch);
        var distances = cat([.. Patches(embedded).split(2048).Select(Distances)]);
        var map = distances.view(embedded.shape[0], embedded.shape[2], embedded.shape[3]);
        return (map, AnomalyScore.Maximum(map));
    });

    /// <summary>Of each patch to the nearest that is remembered: |x − m|² = |x|² − 2 x·m + |m|².</summary>
    private Tensor Distances(Tensor patches)
    {
        using var scope = NewDisposeScope();
        var nearest = squares.addmm(patches, transposed, 1, -2).amin([1]);
        return (patches.square().sum(1) - nearest.neg_()).relu_().sqrt_().MoveToOuterDisposeScope();
    }

    /// <summary>[N, D, h, w] as [N · h · w, D].</summary>
    private static Tensor Patches(Tensor embedded) => embedded.permute(0, 2, 3, 1).flatten(0, 2);

    /// <inheritdoc/>
    public void Dispose()
    {
        memory.Dispose();
        transposed.Dispose();
        squares.Dispose();
    }
}
