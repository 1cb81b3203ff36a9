#pragma warning disable RS0030 // the painted-defects detector still has numbers beside tensors
using AnomalyLab.Data;
using AnomalyLab.Models;
using AnomalyLab.Training.Painting;
using static TorchSharp.torch;

namespace AnomalyLab.Training;

/// <summary>
/// Trains a <see cref="DefectDetector"/> on good images alone: measures their mean and spread, paints defects onto them, other
/// ones in every epoch, and teaches the network to find what was painted.
/// </summary>
/// <param name="options">How to train.</param>
/// <param name="time">The clock; the system's if left out.</param>
public sealed class DetectorTrainer(DetectorOptions options, TimeProvider? time = null)
{
    private const int WarmUpSteps = 20; // with a smaller step size, until AdamW has measured the gradients
    private const double AveragingLimit = 0.98;
    private const double LargestGradient = 5;

    private readonly TimeProvider time = time ?? TimeProvider.System;

    /// <summary>Trains until all epochs are done or somebody cancels.</summary>
    /// <param name="train">Good images, [N, 3, side, side] in 0..1, at least two; they stay the caller's.</param>
    /// <param name="validation">
    /// Other good images, [M, 3, side, side]. Defects are painted onto them, always the same; the loss on them is the history's
    /// validation loss.
    /// </param>
    /// <param name="good">What good images look like, where that was measured before; it stays the caller's.</param>
    /// <param name="progress">Is told where training stands, after every batch and at the end.</param>
    /// <param name="cancellation">Ends the training after the batch under way; what was learned so far is kept.</param>
    /// <returns>The detector, which the caller owns, with the average of the weights; and how it went.</returns>
    /// <exception cref="ArgumentException">An option or a shape cannot be.</exception>
    /// <exception cref="InvalidOperationException">The loss became NaN or infinite.</exception>
    /// <exception cref="OperationCanceledException">Cancelled before the first epoch was complete: there is nothing to keep.</exception>
    public (DefectDetector Detector, DetectorTraining Training) Train(
        Tensor train, Tensor validation, GoodAppearance? good = null,
        IProgress<TrainingProgress>? progress = null, CancellationToken cancellation = default)
    {
        options.Validate();
        var start = time.GetTimestamp();
        using var scope = NewDisposeScope();
        var known = good?.Clone() ?? GoodAppearance.From(train, options.Seed);
        var registered = known.Register(train);
        var detector = DefectDetector.Untrained(known, registered, options.Seed);
        try
        {
            var goods = Raster.From(registered);
            var painter = new DefectPainter(goods, detector.Spread.mean([0]).data<float>().ToArray());
            var batches = new PaintedBatches(painter, goods, options.BatchSize, options.Seed);
            var held = new PaintedBatches(painter, Raster.From(detector.Good.Register(validation)), options.BatchSize, options.Seed).Fixed();
            var (history, end) = Fit(detector, batches, (goods.Length + options.BatchSize - 1) / options.BatchSize, held, progress, cancellation);
            return (detector, new DetectorTraining(options, history, end, time.GetElapsedTime(start).TotalSeconds));
        }
        catch
        {
            detector.Dispose();
            throw;
        }
    }

    private (List<EpochRecord> History, TrainingEnd End) Fit(
        DefectDetector detector, PaintedBatches batches, int steps, PaintedBatch held,
        IProgress<TrainingProgress>? progress, CancellationToken cancellation)
    {
        using var optimizer = optim.AdamW(detector.Network.parameters(), lr: options.LearningRate, weight_decay: 0.01);
        using var average = new WeightAverage(detector.Network, AveragingLimit);
        var history = new List<EpochRecord>();
        var end = TrainingEnd.AllEpochs;
        for (var epoch = 1; epoch <= options.Epochs; epoch++)
        {
            detector.Network.train();
            var start = time.GetTimestamp();
            double sum = 0;
            var (step, images) = (0, 0);
            foreach (var batch in batches.Epoch(epoch))
            {
                if (cancellation.IsCancellationRequested)
                    break;
                SetLearningRate(optimizer, (epoch - 1) * steps + step, options.Epochs * steps);
                var loss = Step(detector, optimizer, batch);
                if (!double.IsFinite(loss))
                    throw new InvalidOperationException($"The loss became {loss} in epoch {epoch}: learningRate {options.LearningRate} is too large for these images. Try a tenth of it.");
                average.Step();
                step++;
                images += batch.Count;
                sum += loss * batch.Count;
                progress?.Report(new TrainingProgress(epoch, options.Epochs, step, steps, [.. history], history.Count, options.Epochs,
                    images / time.GetElapsedTime(start).TotalSeconds));
            }
            if (step < steps)
            {
                end = TrainingEnd.Interrupted;
                break;
            }
            average.Swap();
            var validationLoss = Evaluate(detector, held);
            average.Swap();
            history.Add(new EpochRecord(epoch, sum / images, validationLoss, time.GetElapsedTime(start).TotalSeconds));
            progress?.Report(new TrainingProgress(epoch, options.Epochs, steps, steps, [.. history], epoch, options.Epochs, images / history[^1].Seconds));
        }
        if (history.Count == 0)
            throw new OperationCanceledException("Training was interrupted before its first epoch was complete: there is nothing to keep.", cancellation);
        progress?.Report(new TrainingProgress(history.Count, options.Epochs, steps, steps, history, history.Count, options.Epochs, 0) { End = end });
        average.Swap();
        return (history, end);
    }

    private static double Step(DefectDetector detector, optim.Optimizer optimizer, PaintedBatch batch)
    {
        using var scope = NewDisposeScope();
        optimizer.zero_grad();
        var loss = Loss(detector.Network.forward(detector.Input(batch.Images())), batch.HalfMasks().to(Compute.Device));
        loss.backward();
        nn.utils.clip_grad_norm_(detector.Network.parameters(), LargestGradient);
        optimizer.step();
        return loss.item<float>();
    }

    private static double Evaluate(DefectDetector detector, PaintedBatch batch)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        detector.Network.eval();
        return Loss(detector.Network.forward(detector.Input(batch.Images())), batch.HalfMasks().to(Compute.Device)).item<float>();
    }

    /// <summary>Cross-entropy, which counts every pixel, plus one minus Dice, which counts what is found of the few defective ones.</summary>
    private static Tensor Loss(Tensor logits, Tensor masks)
    {
        var found = logits.sigmoid();
        var dice = (2 * (found * masks).sum() + 1) / (found.sum() + masks.sum() + 1);
        return nn.functional.binary_cross_entropy_with_logits(logits, masks) + 1 - dice;
    }

    private void SetLearningRate(optim.Optimizer optimizer, int step, int steps)
    {
        var rate = options.LearningRate * Math.Min(1, (step + 1.0) / WarmUpSteps) * (1 + Math.Cos(Math.PI * step / steps)) / 2;
        foreach (var group in optimizer.ParamGroups)
            group.LearningRate = rate;
    }
}
