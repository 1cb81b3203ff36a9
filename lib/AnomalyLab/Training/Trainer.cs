using AnomalyLab.Models;
using AnomalyLab.Native;
using static TorchSharp.torch;

namespace AnomalyLab.Training;

/// <summary>Fits an autoencoder to good images: Adam on the mean squared error, the best epoch's weights kept.</summary>
/// <param name="options">How to train.</param>
/// <param name="time">The clock; the system's if left out.</param>
public sealed class Trainer(TrainingOptions options, TimeProvider? time = null)
{
    private readonly TimeProvider time = time ?? TimeProvider.System;

    /// <summary>Trains until all epochs are done, patience ends, or somebody cancels.</summary>
    /// <param name="model">The model; it ends with the weights of the epoch with the smallest validation loss.</param>
    /// <param name="train">The training images, [N, 3, H, W] in 0..1.</param>
    /// <param name="validation">The validation images, [M, 3, H, W] in 0..1.</param>
    /// <param name="checkpoint">A file that always holds the best weights so far, and beside which the run leaves a line (<see cref="RunLog"/>); none if left out.</param>
    /// <param name="data">What the images are, for the checkpoint.</param>
    /// <param name="progress">Is told where training stands, after every batch and at the end.</param>
    /// <param name="cancellation">Ends the training after the batch under way; the best so far is kept.</param>
    /// <exception cref="ArgumentException">An option or a shape cannot be.</exception>
    /// <exception cref="InvalidOperationException">The loss became NaN or infinite; the model keeps the best weights before that.</exception>
    /// <exception cref="OperationCanceledException">Cancelled before the first epoch was complete: there is nothing to keep.</exception>
    public TrainingResult Train(
        Autoencoder model, Tensor train, Tensor validation, string? checkpoint = null, string data = "",
        IProgress<TrainingProgress>? progress = null, CancellationToken cancellation = default)
    {
        options.Validate();
        var start = time.GetTimestamp();
        var history = new List<EpochRecord>();
        var best = new BestWeights(model);
        var end = TrainingEnd.AllEpochs;

        using var optimizer = optim.Adam(model.parameters(), lr: options.LearningRate);
        try
        {
            while (history.Count < options.Epochs)
            {
                var epochStart = time.GetTimestamp();
                if (FitEpoch(model, optimizer, train, history, best.Epoch, progress, cancellation) is not { } trainingLoss)
                {
                    end = TrainingEnd.Interrupted;
                    break;
                }
                var validationLoss = MeanSquaredError(model, validation);
                Check(validationLoss, history.Count + 1, best.Epoch);
                history.Add(new EpochRecord(history.Count + 1, trainingLoss, validationLoss, time.GetElapsedTime(epochStart).TotalSeconds));

                if (best.Keep(history[^1]) && checkpoint is not null)
                    new Checkpoint(checkpoint, options, history, data).Save(model);
                progress?.Report(new TrainingProgress(history.Count, options.Epochs, Steps(train), Steps(train), [.. history], best.Epoch,
                    options.Patience, train.shape[0] / history[^1].Seconds));
                if (history.Count - best.Epoch >= options.Patience)
                {
                    end = TrainingEnd.OutOfPatience;
                    break;
                }
            }
        }
        finally
        {
            best.Restore();
        }

        progress?.Report(new TrainingProgress(history.Count, options.Epochs, Steps(train), Steps(train), history, best.Epoch, options.Patience, 0) { End = end });
        if (history.Count == 0)
            throw new OperationCanceledException("Training was interrupted before its first epoch was complete: there are no weights to keep.", cancellation);
        var result = new TrainingResult(options, history, end, time.GetElapsedTime(start).TotalSeconds);
        if (checkpoint is not null)
            RunLog.Beside(checkpoint).Add(TrainingRun.Of(result, checkpoint, data, time.GetLocalNow()));
        return result;
    }

    /// <returns>The mean loss of the epoch's images, or <c>null</c> when cancelled on the way.</returns>
    private double? FitEpoch(
        Autoencoder model, optim.Optimizer optimizer, Tensor images, List<EpochRecord> history, int bestEpoch,
        IProgress<TrainingProgress>? progress, CancellationToken cancellation)
    {
        model.train();
        var epoch = history.Count + 1;
        var start = time.GetTimestamp();
        var batches = ShuffledBatches((int)images.shape[0], epoch);
        double sum = 0;
        var done = 0;
        for (var step = 0; step < batches.Length; step++)
        {
            if (cancellation.IsCancellationRequested)
                return null;
            using var scope = NewDisposeScope();
            var batch = Take(images, batches[step]).to(Compute.Device);
            optimizer.zero_grad();
            var loss = nn.functional.mse_loss(model.forward(batch), batch);
            loss.backward();
            optimizer.step();

            var value = loss.item<float>();
            Check(value, epoch, bestEpoch);
            sum += value * batches[step].Length;
            done += batches[step].Length;
            progress?.Report(new TrainingProgress(epoch, options.Epochs, step + 1, batches.Length, [.. history], bestEpoch,
                options.Patience, done / time.GetElapsedTime(start).TotalSeconds));
        }
        return sum / done;
    }

    private int Steps(Tensor images) => (int)((images.shape[0] + options.BatchSize - 1) / options.BatchSize);

    private double MeanSquaredError(Autoencoder model, Tensor images)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        model.eval();
        return images.split(options.BatchSize).Sum(batch =>
        {
            using var inner = NewDisposeScope();
            var x = batch.to(Compute.Device);
            return nn.functional.mse_loss(model.forward(x), x).item<float>() * batch.shape[0];
        }) / images.shape[0];
    }

    /// <summary>The order depends on seed and epoch alone, so that a resumed training goes on as it would have.</summary>
    private long[][] ShuffledBatches(int count, int epoch)
    {
        var order = Enumerable.Range(0, count).Select(i => (long)i).ToArray();
        new Random(unchecked(options.Seed * 1_000_003 + epoch)).Shuffle(order);
        return [.. order.Chunk(options.BatchSize)];
    }

    /// <summary>Some of the images. Taken as rows of [N, H, W, 3], they stay channels-last, which convolutions are fastest with.</summary>
    private static Tensor Take(Tensor images, long[] rows) =>
        images.permute(0, 2, 3, 1).index_select(0, tensor(rows, device: images.device)).permute(0, 3, 1, 2);

    private void Check(double loss, int epoch, int bestEpoch)
    {
        if (!double.IsFinite(loss))
            throw new InvalidOperationException(
                $"The loss became {loss} in epoch {epoch}: learningRate {options.LearningRate} is too large for these images. Try a tenth of it. "
                + (bestEpoch > 0 ? $"The weights of epoch {bestEpoch}, the best so far, are kept." : "No weights were kept."));
    }

    /// <summary>A copy of the weights of the best epoch.</summary>
    private sealed class BestWeights(Autoencoder model)
    {
        private Dictionary<string, Tensor> weights = [];
        private double loss = double.PositiveInfinity;

        public int Epoch { get; private set; }

        public bool Keep(EpochRecord epoch)
        {
            if (epoch.ValidationLoss >= loss)
                return false;
            (loss, Epoch) = (epoch.ValidationLoss, epoch.Epoch);
            using var _ = no_grad();
            var current = model.state_dict();
            if (weights.Count == 0)
                weights = current.ToDictionary(w => w.Key, w => w.Value.clone().DetachFromDisposeScope());
            else
            {
                foreach (var (name, copy) in weights)
                    copy.copy_(current[name]);
            }
            return true;
        }

        public void Restore()
        {
            if (weights.Count > 0)
                model.load_state_dict(weights);
            foreach (var copy in weights.Values)
                copy.Dispose();
        }
    }
}
