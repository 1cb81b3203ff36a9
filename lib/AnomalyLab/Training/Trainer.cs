using AnomalyLab.Data;
using AnomalyLab.Models;
using AnomalyLab.Native;
using static TorchSharp.torch;

namespace AnomalyLab.Training;

/// <summary>Fits an autoencoder to good images: Adam on the mean squared error, the best epoch's weights kept.</summary>
/// <param name="options">How to train.</param>
/// <param name="time">The clock; the system's if left out.</param>
/// <param name="log">Where to say that a training is resumed, or why not; the console if left out.</param>
public sealed class Trainer(TrainingOptions options, TimeProvider? time = null, TextWriter? log = null)
{
    private readonly TimeProvider time = time ?? TimeProvider.System;
    private readonly TrainingOptions options = options with { Precision = options.Precision.OnThisMachine() };

    /// <summary>
    /// Trains until all epochs are done, patience ends, or somebody cancels. With a checkpoint, a training that was stopped
    /// or killed on its way goes on after its last complete epoch, to the same weights as if it had never stopped.
    /// </summary>
    /// <param name="model">The model; it ends with the weights of the epoch with the smallest validation loss.</param>
    /// <param name="train">The training images; a tensor [N, 3, H, W] in 0..1 will do.</param>
    /// <param name="validation">The validation images, likewise.</param>
    /// <param name="checkpoint">
    /// A file that always holds the best weights so far, and beside which the run leaves a line (<see cref="RunLog"/>);
    /// none if left out. Until training ends, another one beside it that ends in <c>.resume</c> holds what it takes to go
    /// on. Who deletes the checkpoint begins anew.
    /// </param>
    /// <param name="data">What the images are, for the checkpoint.</param>
    /// <param name="progress">Is told where training stands, after every batch and at the end.</param>
    /// <param name="cancellation">Ends the training after the batch under way; the best so far is kept.</param>
    /// <exception cref="ArgumentException">An option or a shape cannot be.</exception>
    /// <exception cref="InvalidOperationException">The loss became NaN or infinite; the model keeps the best weights before that.</exception>
    /// <exception cref="OperationCanceledException">Cancelled before the first epoch was complete: there is nothing to keep.</exception>
    public TrainingResult Train(
        Autoencoder model, ImageSet train, ImageSet validation, string? checkpoint = null, string data = "",
        IProgress<TrainingProgress>? progress = null, CancellationToken cancellation = default)
    {
        options.Validate();
        var start = time.GetTimestamp();
        using var optimizer = new Adam(model.named_parameters(), options.LearningRate);
        var best = new BestWeights(model);
        var resume = checkpoint is null ? null
            : new ResumeFile(checkpoint, ResumeFile.Describe(options, data, model.state_dict().Values, train, validation));
        List<EpochRecord> history = [.. resume?.Load(model, optimizer, best.Weights, log ?? Console.Out) ?? []];
        foreach (var epoch in history)
            best.IsBest(epoch);
        var end = TrainingEnd.AllEpochs;
        try
        {
            while (end == TrainingEnd.AllEpochs && history.Count < options.Epochs)
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

                if (best.IsBest(history[^1]))
                {
                    best.Keep();
                    if (checkpoint is not null)
                        new Checkpoint(checkpoint, options, history, data).Save(model);
                }
                if (history.Count - best.Epoch >= options.Patience)
                    end = TrainingEnd.OutOfPatience;
                else if (history.Count < options.Epochs)
                    resume?.Save(model, optimizer, history, best.Epoch == history.Count ? null : best.Weights);
                progress?.Report(new TrainingProgress(history.Count, options.Epochs, Steps(train), Steps(train), [.. history], best.Epoch,
                    options.Patience, train.Count / history[^1].Seconds));
            }
            if (end == TrainingEnd.Interrupted)
                resume?.Stop();
            else
                resume?.Delete();
        }
        catch (InvalidOperationException) // NaN would come again
        {
            resume?.Delete();
            throw;
        }
        finally
        {
            model.IsBf16 = false;
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
        Autoencoder model, Adam optimizer, ImageSet images, List<EpochRecord> history, int bestEpoch,
        IProgress<TrainingProgress>? progress, CancellationToken cancellation)
    {
        model.train();
        var epoch = history.Count + 1;
        var start = time.GetTimestamp();
        var batches = ShuffledBatches(images.Count, epoch);
        double sum = 0;
        var done = 0;
        foreach (var (step, taken) in images.Batches(batches).Index())
        {
            using var scope = NewDisposeScope();
            using var owned = taken;
            if (cancellation.IsCancellationRequested)
                return null;
            var batch = Compute.ToDevice(taken);
            var isBf16 = options.Precision == Precision.Bf16 && optimizer.Steps >= options.Fp32Steps;
            if (isBf16 != model.IsBf16)
            {
                model.IsBf16 = isBf16;
                TensorMemory.GiveBack();
            }
            optimizer.ZeroGrad();
            var loss = model.Backpropagate(batch);
            optimizer.Step();

            var value = loss.item<float>();
            Check(value, epoch, bestEpoch);
            sum += (double)value * batches[step].Length;
            done += batches[step].Length;
            progress?.Report(new TrainingProgress(epoch, options.Epochs, step + 1, batches.Length, [.. history], bestEpoch,
                options.Patience, done / time.GetElapsedTime(start).TotalSeconds));
        }
        return sum / done;
    }

    private int Steps(ImageSet images) => (images.Count + options.BatchSize - 1) / options.BatchSize;

    private double MeanSquaredError(Autoencoder model, ImageSet images)
    {
        using var _ = no_grad();
        using var folded = model.Fold(); // the loss that scoring will have
        return images.Batches(Enumerable.Range(0, images.Count).Chunk(options.BatchSize)).Sum(taken =>
        {
            using var scope = NewDisposeScope();
            using var owned = taken;
            var batch = Compute.ToDevice(taken);
            return nn.functional.mse_loss(folded.Forward(batch), batch).item<float>() * batch.shape[0];
        }) / images.Count;
    }

    /// <summary>The order depends on seed and epoch alone, so that a resumed training goes on as it would have.</summary>
    private int[][] ShuffledBatches(int count, int epoch)
    {
        var order = Enumerable.Range(0, count).ToArray();
        new Random(unchecked(options.Seed * 1_000_003 + epoch)).Shuffle(order);
        return [.. order.Chunk(options.BatchSize)];
    }

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
        private double loss = double.PositiveInfinity;

        public int Epoch { get; private set; }

        public Dictionary<string, Tensor> Weights { get; } =
            model.state_dict().ToDictionary(w => w.Key, w => Copy(w.Value));

        /// <summary>Whether this epoch is better than all before, and the best from now on.</summary>
        public bool IsBest(EpochRecord epoch)
        {
            if (epoch.ValidationLoss >= loss)
                return false;
            (loss, Epoch) = (epoch.ValidationLoss, epoch.Epoch);
            return true;
        }

        public void Keep()
        {
            using var _ = no_grad();
            var current = model.state_dict();
            foreach (var (name, copy) in Weights)
                copy.copy_(current[name]);
        }

        private static Tensor Copy(Tensor weight)
        {
            using var view = weight.detach(); // held, or a garbage collection could take it away meanwhile
            return view.clone().DetachFromDisposeScope();
        }

        public void Restore()
        {
            if (Epoch > 0)
                model.load_state_dict(Weights);
            foreach (var copy in Weights.Values)
                copy.Dispose();
        }
    }
}
