using AnomalyLab.Display;
using AnomalyLab.Evaluation;
using FastTorch;
using static TorchSharp.torch;

namespace AnomalyLab.Models;

/// <summary>
/// PatchCore: remembers the <see cref="FeatureNetwork"/>'s features of patches of good images, wherever they were, and compares
/// each patch with the nearest one it remembers. Images may have different shapes and sizes.
/// </summary>
/// <remarks>
/// Roth et al., "Towards Total Recall in Industrial Anomaly Detection", CVPR 2022, with two differences. All
/// three stages count alike in the map, but the first counts half in an image's score: its edges and colours show where a defect
/// ends, but also vary from one good picture to the next. And the score is the maximum of the smoothed map, not of single places.
/// Both were chosen on pictures of toys and on held-out good bottles with pasted defects.
/// </remarks>
public sealed class PatchCore : IAnomalyDetector
{
    private const string MemoryKey = "memory";
    private const double ScoreSmoothing = 1.0 / 28; // standard deviation, as a part of the image's shorter side
    private const double HalfWeight = 0.5; // of the first stage's features, in the score
    private const int PatchesAtOnce = 2048;

    private readonly FeatureNetwork network;
    private readonly Tensor memory;
    private readonly Stages edges, things;

    private PatchCore(FeatureNetwork network, Tensor memory)
    {
        this.network = network;
        this.memory = memory.DetachFromDisposeScope();
        var first = FeatureNetwork.Channels[0];
        edges = new(memory, 0, first);
        things = new(memory, first, FeatureNetwork.Channels.Sum() - first);
    }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, Tensor> State => new Dictionary<string, Tensor> { [MemoryKey] = memory };

    /// <summary>Remembers good images.</summary>
    /// <param name="network">Makes the features; it stays the caller's, and has to live as long as the detector.</param>
    /// <param name="images">[N, 3, H, W] in 0..1; they stay the caller's.</param>
    /// <param name="options">How much to remember.</param>
    /// <param name="cancellation">Ends it with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="ArgumentException">There are no images, or they have another shape.</exception>
    public static PatchCore Fit(FeatureNetwork network, Tensor images, PatchCoreOptions? options = null, CancellationToken cancellation = default)
    {
        using var scope = NewDisposeScope();
        return Fit(network, images.split(AnomalyMaps.BatchSize), options, cancellation: cancellation);
    }

    /// <summary>Remembers good images batch by batch, so only one batch's features are in memory at a time.</summary>
    /// <param name="network">Makes the features; it stays the caller's, and has to live as long as the detector.</param>
    /// <param name="batches">[n, 3, H, W] in 0..1 each, of any sizes; read once, one after the other. They stay the caller's.</param>
    /// <param name="options">How much to remember.</param>
    /// <param name="choosing">After all batches are read, is told the fraction of the remembered patches that has been chosen, 0..1.</param>
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
            throw new ArgumentException(Texts.Of("There are no images to remember."), nameof(batches));
        using var rest = NewDisposeScope();
        var chosen = Coreset.Choose(sample.Rows, options.Memory, options.Seed, choosing, cancellation);
        return new(network, sample.Rows.index_select(0, tensor(chosen, device: sample.Rows.device)));
    }

    /// <summary>Restores a detector from its <see cref="State"/>.</summary>
    /// <param name="network">Makes the features; it stays the caller's, and has to live as long as the detector.</param>
    /// <param name="state">The tensors; they stay the caller's.</param>
    /// <exception cref="ArgumentException">One has another shape.</exception>
    /// <exception cref="KeyNotFoundException">One is missing.</exception>
    public static PatchCore From(FeatureNetwork network, IReadOnlyDictionary<string, Tensor> state)
    {
        using var scope = NewDisposeScope();
        var memory = state[MemoryKey];
        return memory.dim() == 2 && memory.shape[1] == FeatureNetwork.Channels.Sum()
            ? new(network, memory.to(float32, Compute.Device, copy: true))
            : throw new ArgumentException($"The memory has the shape [{string.Join(", ", memory.shape)}]; it has to be [patches, {FeatureNetwork.Channels.Sum()}].", nameof(state));
    }

    /// <summary>What two remember together. To it a picture is as strange as to this one or less: more patches to compare with can only be nearer.</summary>
    /// <param name="other">Another with the same network; both stay the caller's.</param>
    public PatchCore With(PatchCore other)
    {
        using var scope = NewDisposeScope();
        return new(network, cat([memory, other.memory]));
    }

    /// <inheritdoc/>
    public AnomalyMaps Score(Tensor images, CancellationToken cancellation = default) => AnomalyMaps.Of(images, batch =>
    {
        var embedded = network.Embed(batch);
        long[] shape = [embedded.shape[0], embedded.shape[2], embedded.shape[3]];
        var found = Patches(embedded).split(PatchesAtOnce).Select(Distances).ToArray();
        var forScore = MapSmoothing.Gaussian(cat([.. found.Select(f => f.ForScore)]).view(shape), ScoreSmoothing * Math.Min(shape[1], shape[2]));
        return (cat([.. found.Select(f => f.ForMap)]).view(shape), AnomalyScore.Maximum(forScore));
    }, cancellation);

    /// <summary>The distance of each patch to the nearest remembered one: for the map, and for the score.</summary>
    private (Tensor ForMap, Tensor ForScore) Distances(Tensor patches)
    {
        using var scope = NewDisposeScope();
        var (first, others) = (edges.Squares(patches), things.Squares(patches));
        Tensor Nearest(Tensor squares) => squares.amin([1]).relu_().sqrt_().MoveToOuterDisposeScope();
        return (Nearest(first.Plus(others)), Nearest(others.Add(first.Times(HalfWeight * HalfWeight))));
    }

    /// <summary>[N, D, h, w] as [N · h · w, D].</summary>
    private static Tensor Patches(Tensor embedded) => embedded.permute(0, 2, 3, 1).flatten(0, 2);

    /// <inheritdoc/>
    public void Dispose()
    {
        memory.Dispose();
        edges.Dispose();
        things.Dispose();
    }

    /// <summary>Some of the features of the remembered patches.</summary>
    private sealed class Stages(Tensor memory, long from, long count) : IDisposable
    {
        private readonly Tensor transposed = memory.narrow(1, from, count).t().contiguous().DetachFromDisposeScope();
        private readonly Tensor squares = memory.narrow(1, from, count).square().sum(1).DetachFromDisposeScope();

        /// <summary>The squared distances of each patch to each remembered one, |x|² − 2 x·m + |m|²: [n, memory].</summary>
        public Tensor Squares(Tensor patches)
        {
            using var scope = NewDisposeScope();
            var x = patches.narrow(1, from, count);
            return squares.addmm(x, transposed, 1, -2).Add(x.square().sum(1).unsqueeze(1)).MoveToOuterDisposeScope();
        }

        public void Dispose()
        {
            transposed.Dispose();
            squares.Dispose();
        }
    }
}
