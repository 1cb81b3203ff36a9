using AnomalyLab.Evaluation;
using AnomalyLab.Models;
using AnomalyLab.Training;
using static TorchSharp.torch;

namespace AnomalyLab.Inspection;

/// <summary>
/// The method: what is learned from good images, and how an image becomes a map and a score. Another method goes here, and
/// nothing else of the inspection changes.
/// </summary>
internal sealed class Detector : IDisposable
{
    private const string ModelPrefix = "model.", MeanKey = "calibration.mean", SpreadKey = "calibration.spread";

    private readonly Autoencoder model;
    private readonly PixelCalibration calibration;

    private Detector(Autoencoder model, PixelCalibration calibration) => (this.model, this.calibration) = (model, calibration);

    /// <summary>Trains on some good images, and measures on others how much their residuals vary.</summary>
    /// <param name="train">[N, 3, S, S] in 0..1.</param>
    /// <param name="heldOut">[M, 3, S, S] in 0..1, at least two.</param>
    /// <param name="options">How to train.</param>
    /// <param name="progress">Is told how training goes.</param>
    /// <param name="cancellation">Ends it early; then there is no detector.</param>
    public static Detector Fit(Tensor train, Tensor heldOut, TrainingOptions options, IProgress<TrainingProgress>? progress, CancellationToken cancellation)
    {
        var model = new Autoencoder(options.Seed);
        try
        {
            new Trainer(options).Train(model, train, heldOut, progress: progress, cancellation: cancellation);
            cancellation.ThrowIfCancellationRequested();
            using var residuals = Residuals(model, heldOut);
            return new(model, PixelCalibration.From(residuals));
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <summary>Anomaly maps, [N, S, S]: how many of its usual deviations each pixel's surroundings are off.</summary>
    /// <param name="images">[N, 3, S, S] in 0..1.</param>
    public Tensor Maps(Tensor images)
    {
        using var scope = NewDisposeScope();
        return MapSmoothing.Box(calibration.Apply(Residuals(model, images)), 5).MoveToOuterDisposeScope();
    }

    /// <summary>One score a map.</summary>
    public static double[] Scores(Tensor maps) => AnomalyScore.TopFraction(maps, 0.01);

    /// <summary>Everything that was learned, by name; the tensors stay the detector's.</summary>
    public Dictionary<string, Tensor> State() => new(model.state_dict().Select(weight => KeyValuePair.Create(ModelPrefix + weight.Key, weight.Value)))
    {
        [MeanKey] = calibration.Mean,
        [SpreadKey] = calibration.Spread,
    };

    /// <summary>The detector that <see cref="State"/> was taken from.</summary>
    /// <param name="path">Where the state comes from, for the message.</param>
    /// <param name="state">The tensors; they stay the caller's.</param>
    /// <exception cref="InvalidDataException">Something is missing, or of another shape.</exception>
    public static Detector From(string path, Dictionary<string, Tensor> state)
    {
        if (!state.TryGetValue(MeanKey, out var mean) || !state.TryGetValue(SpreadKey, out var spread))
            throw new InvalidDataException($"{path} holds weights, but no calibration: it was not made by inspect train. Train anew.");
        var model = new Autoencoder();
        try
        {
            StateDict.Load(path, state.Where(t => t.Key.StartsWith(ModelPrefix, StringComparison.Ordinal))
                .ToDictionary(t => t.Key[ModelPrefix.Length..], t => t.Value), model);
            return new(model, new(mean.clone(), spread.clone()));
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    private static Tensor Residuals(Autoencoder model, Tensor images)
    {
        using var scope = NewDisposeScope();
        return AnomalyMap.Absolute(images, model.Reconstruct(images)).MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        model.Dispose();
        calibration.Dispose();
    }
}
