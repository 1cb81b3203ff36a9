using AnomalyLab.Evaluation;
using static TorchSharp.torch;

namespace AnomalyLab.Models;

/// <summary>
/// PaDiM: compares each place with the same place of good images, by one Gaussian of the <see cref="FeatureNetwork"/>'s features
/// per place. For things that lie in the same place in every picture.
/// </summary>
/// <remarks>Defard et al., "PaDiM: a Patch Distribution Modeling Framework for Anomaly Detection and Localization", ICPR 2021.</remarks>
public sealed class Padim : IAnomalyDetector
{
    private const double LeastVariance = 0.2;
    private const string ChannelsKey = "channels", MeanKey = "mean", PrecisionKey = "precision";

    private readonly FeatureNetwork network;
    private readonly Tensor channels;
    private readonly PixelGaussian gaussian;

    private Padim(FeatureNetwork network, Tensor channels, PixelGaussian gaussian) =>
        (this.network, this.channels, this.gaussian) = (network, channels.DetachFromDisposeScope(), gaussian);

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, Tensor> State => new Dictionary<string, Tensor>
    {
        [ChannelsKey] = channels,
        [MeanKey] = gaussian.Mean,
        [PrecisionKey] = gaussian.Precision,
    };

    /// <summary>Measures good images.</summary>
    /// <param name="network">Makes the features; it stays the caller's, and has to live as long as the detector.</param>
    /// <param name="images">[N, 3, H, W] in 0..1, at least two; they stay the caller's.</param>
    /// <param name="options">How much to look at.</param>
    /// <param name="cancellation">Ends it with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="ArgumentException">There are fewer than two images, or they have another shape.</exception>
    public static Padim Fit(FeatureNetwork network, Tensor images, PadimOptions? options = null, CancellationToken cancellation = default)
    {
        using var scope = NewDisposeScope();
        return Fit(network, images.split(AnomalyMaps.BatchSize), options, cancellation);
    }

    /// <summary>Measures good images batch by batch, so only one batch's features are in memory at a time.</summary>
    /// <param name="network">Makes the features; it stays the caller's, and has to live as long as the detector.</param>
    /// <param name="batches">[n, 3, H, W] in 0..1 each, all of one size; read once, one after the other. They stay the caller's.</param>
    /// <param name="options">How much to look at.</param>
    /// <param name="cancellation">Ends it with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="ArgumentException">There are fewer than two images, or they have another shape.</exception>
    public static Padim Fit(FeatureNetwork network, IEnumerable<Tensor> batches, PadimOptions? options = null, CancellationToken cancellation = default)
    {
        options ??= new();
        int[] all = [.. Enumerable.Range(0, FeatureNetwork.Channels.Sum())];
        new Random(options.Seed).Shuffle(all);
        using var channels = tensor(all.Take(options.Features).Order().Select(channel => (long)channel).ToArray(), device: Compute.Device);
        var gaussian = PixelGaussian.From(batches, batch =>
        {
            cancellation.ThrowIfCancellationRequested();
            return Features(network, channels, batch);
        }, LeastVariance);
        return new(network, channels.alias(), gaussian);
    }

    /// <summary>Restores a detector from its <see cref="State"/>.</summary>
    /// <param name="network">Makes the features; it stays the caller's, and has to live as long as the detector.</param>
    /// <param name="state">The tensors; they stay the caller's.</param>
    /// <exception cref="ArgumentException">One has another shape.</exception>
    /// <exception cref="KeyNotFoundException">One is missing.</exception>
    public static Padim From(FeatureNetwork network, IReadOnlyDictionary<string, Tensor> state)
    {
        using var scope = NewDisposeScope();
        Tensor Kept(string key) => state[key].to(float32, Compute.Device, copy: true);
        return new(network, state[ChannelsKey].to(int64, Compute.Device, copy: true), new(Kept(MeanKey), Kept(PrecisionKey)));
    }

    /// <inheritdoc/>
    public AnomalyMaps Score(Tensor images, CancellationToken cancellation = default) => AnomalyMaps.Of(images, batch =>
    {
        var map = gaussian.Distance(Features(network, channels, batch));
        return (map, AnomalyScore.Maximum(map));
    }, cancellation);

    private static Tensor Features(FeatureNetwork network, Tensor channels, Tensor batch)
    {
        using var scope = NewDisposeScope();
        return network.Embed(batch).index_select(1, channels).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        channels.Dispose();
        gaussian.Dispose();
    }
}
