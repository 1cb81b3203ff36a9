#pragma warning disable RS0030 // the painted-defects detector still has numbers beside tensors
using AnomalyLab.Evaluation;
using static TorchSharp.torch;

namespace AnomalyLab.Models;

/// <summary>
/// Finds defects with what it learned from good images alone: what they look like at each pixel, and a <see cref="UNet"/> that
/// has learned to find painted defects in what differs. One file holds all of it.
/// </summary>
public sealed class DefectDetector : IDisposable
{
    // Added to the spreads before dividing by them, so that no grain in a steady place becomes a finding: 5 of 256 levels for
    // single pixels; less than one for the means of many.
    private const double LeastSpread = 0.02, LeastSmoothSpread = 0.003;
    private const double MostDeviation = 12;
    private const double AppearanceWeight = 0.5;
    private const double SmoothingAt128 = 2; // pixels, in images of 128×128
    private const string Prefix = "network.", SpreadKey = "spread", SmoothSpreadKey = "smooth_spread";

    private DefectDetector(GoodAppearance good, Tensor spread, Tensor smoothSpread, UNet network) =>
        (Good, Spread, SmoothSpread, Network) = (good, spread.DetachFromDisposeScope(), smoothSpread.DetachFromDisposeScope(), network);

    /// <summary>Channels of <see cref="Input"/>: colour, deviation and smoothed deviation, each in red, green and blue.</summary>
    public const int Channels = 9;

    /// <summary>What good images look like.</summary>
    public GoodAppearance Good { get; }

    /// <summary>The standard deviation of registered good images at each pixel, [3, side, side].</summary>
    public Tensor Spread { get; }

    /// <summary>The standard deviation of the smoothed differences between registered good images and their mean, [3, side, side].</summary>
    public Tensor SmoothSpread { get; }

    /// <summary>The network.</summary>
    public UNet Network { get; }

    /// <summary>A detector that knows what good images look like, and whose network knows nothing yet.</summary>
    /// <param name="good">What good images look like; the detector's from now on.</param>
    /// <param name="registered">The images it was measured on, registered, [N, 3, side, side] in 0..1; they stay the caller's.</param>
    /// <param name="seed">Decides the network's first weights.</param>
    public static DefectDetector Untrained(GoodAppearance good, Tensor registered, long seed = 0)
    {
        using var scope = NewDisposeScope();
        return new(good, registered.std(0, unbiased: false), Smoothed(registered - good.Mean).std(0, unbiased: false), new UNet(Channels, seed));
    }

    /// <summary>
    /// What the network is given: the colours, in -1..1; how far each is from the mean, in spreads; and the same for the
    /// means of each pixel's surroundings, where faint but large differences stand out. The last two are scaled to about -1..1.
    /// </summary>
    /// <param name="registered">[N, 3, side, side] in 0..1, registered; they stay the caller's.</param>
    /// <returns>[N, <see cref="Channels"/>, side, side] on <see cref="Compute.Device"/>. The caller owns it.</returns>
    public Tensor Input(Tensor registered)
    {
        // TorchSharp keeps a number beside a tensor (the 2 in x * 2) in an object that a garbage collection may take away while
        // libtorch still reads it. Work on rasters leaves much to collect: that is done here, so that it does not happen below.
        GC.Collect();
        GC.WaitForPendingFinalizers();
        using var scope = NewDisposeScope();
        var difference = registered - Good.Mean;
        var deviation = (difference / (Spread + LeastSpread)).clamp(-MostDeviation, MostDeviation) / 4;
        var smoothDeviation = (Smoothed(difference) / (SmoothSpread + LeastSmoothSpread)).asinh() / 2;
        return cat([registered * 2 - 1, deviation, smoothDeviation], 1).to(Compute.Device).MoveToOuterDisposeScope();
    }

    private static Tensor Smoothed(Tensor images) =>
        MapSmoothing.Gaussian(images.flatten(0, 1), SmoothingAt128 * images.shape[^1] / 128).view(images.shape);

    /// <summary>
    /// Where images are defective: what the network says (<see cref="Logits"/>, smoothed), plus half of how much stranger than
    /// usual each pixel looks (<see cref="GoodAppearance"/>, where it is stranger). The network knows shapes; the other sees
    /// what is too faint for it.
    /// </summary>
    /// <param name="images">[N, 3, side, side] in 0..1; they stay the caller's, and are registered first.</param>
    /// <param name="batchSize">How many images go through at once; it decides memory, not the result.</param>
    /// <returns>Anomaly maps, [N, side, side] on the processor, in the mean image's place. The caller owns them.</returns>
    /// <exception cref="ArgumentException">The images have another shape.</exception>
    public Tensor AnomalyMaps(Tensor images, int batchSize = 16) => Batches(images, batchSize, registered =>
    {
        var side = registered.shape[2];
        var found = AnomalyMap.Resize(MapSmoothing.Gaussian(Predict(registered), side / 128.0), side, side);
        return found + AppearanceWeight * Good.OfRegistered(registered).relu();
    });

    /// <summary>What the network alone says.</summary>
    /// <param name="images">[N, 3, side, side] in 0..1; they stay the caller's, and are registered first.</param>
    /// <param name="batchSize">How many images go through at once; it decides memory, not the result.</param>
    /// <returns>Logits of a defect, 0 for even odds, [N, side / 2, side / 2] on the processor. The caller owns them.</returns>
    /// <exception cref="ArgumentException">The images have another shape.</exception>
    public Tensor Logits(Tensor images, int batchSize = 16) => Batches(images, batchSize, Predict);

    private Tensor Predict(Tensor registered) => Network.forward(Input(registered)).cpu();

    private Tensor Batches(Tensor images, int batchSize, Func<Tensor, Tensor> ofRegistered)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var wasTraining = Network.training;
        Network.eval();
        var maps = images.split(batchSize).Select(batch =>
        {
            using var inner = NewDisposeScope();
            return ofRegistered(Good.Register(batch)).MoveToOuterDisposeScope();
        }).ToArray();
        Network.train(wasTraining);
        return cat(maps).MoveToOuterDisposeScope();
    }

    /// <summary>Writes everything into one safetensors file, whole or not at all.</summary>
    /// <param name="path">The file; its folder exists.</param>
    /// <param name="facts">Texts to keep with it, such as how it was trained.</param>
    /// <exception cref="IOException">The disk is full, or the folder read-only; an earlier file is still there.</exception>
    public void Save(string path, IReadOnlyDictionary<string, string>? facts = null) =>
        SafeTensors.Save(path, new Dictionary<string, Tensor>(
            [.. Network.state_dict().Select(w => KeyValuePair.Create(Prefix + w.Key, w.Value)), .. Good.State()])
        {
            [SpreadKey] = Spread,
            [SmoothSpreadKey] = SmoothSpread,
        }, facts);

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The detector, which the caller owns, and the texts kept with it.</returns>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is damaged, or holds something else.</exception>
    public static (DefectDetector Detector, Dictionary<string, string> Facts) Load(string path)
    {
        using var scope = NewDisposeScope();
        var (tensors, facts) = SafeTensors.Load(path);
        scope.Attach(tensors.Values);
        var network = new UNet(Channels);
        try
        {
            var wanted = network.state_dict();
            if (wanted.Keys.FirstOrDefault(name => !tensors[Prefix + name].shape.SequenceEqual(wanted[name].shape)) is { } misfit)
                throw new ArgumentException($"{misfit} has another shape.");
            network.load_state_dict(wanted.Keys.ToDictionary(name => name, name => tensors[Prefix + name]));
            return (new DefectDetector(GoodAppearance.From(tensors), tensors[SpreadKey], tensors[SmoothSpreadKey], network), facts);
        }
        catch (Exception e) when (e is KeyNotFoundException or ArgumentException)
        {
            network.Dispose();
            throw new InvalidDataException($"{path} holds no defect detector, or one of another version ({e.Message.TrimEnd('.')}): train one anew.", e);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Good.Dispose();
        Spread.Dispose();
        SmoothSpread.Dispose();
        Network.Dispose();
    }
}
