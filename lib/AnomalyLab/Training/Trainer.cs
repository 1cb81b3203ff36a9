using System.Runtime.CompilerServices;
using AnomalyLab.Data;
using AnomalyLab.Display;
using AnomalyLab.Models;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AnomalyLab.Training;

/// <summary>Trains a model to reconstruct good images: minimises a loss with Adam and keeps the best epoch's weights.</summary>
public sealed class Trainer
{
    private readonly TrainingOptions options;
    private readonly Func<Tensor, Tensor, Tensor>? loss;
    private readonly string lossName;
    private readonly TimeProvider time;
    private readonly TextWriter log;

    /// <param name="options">How to train.</param>
    /// <param name="loss">Computes one number from output and images, smaller the more alike they are; the mean squared error if left out.</param>
    /// <param name="time">The clock; the system's if left out.</param>
    /// <param name="log">Where to say that a training is resumed, or why not; the console if left out.</param>
    /// <param name="lossName">What the loss is called in the list of trainings; as it stands in the code if left out.</param>
    public Trainer(
        TrainingOptions options, Func<Tensor, Tensor, Tensor>? loss = null, TimeProvider? time = null, TextWriter? log = null,
        [CallerArgumentExpression(nameof(loss))] string? lossName = null)
    {
        this.options = options with { Precision = options.Precision.OnThisMachine() };
        this.loss = loss;
        this.lossName = loss is null || lossName is null ? "mean squared error" : lossName;
        this.time = time ?? TimeProvider.System;
        this.log = log ?? Console.Out;
    }

    /// <summary>
    /// Trains until all epochs are done, patience runs out, or somebody cancels. With a checkpoint, a training that was stopped
    /// or killed resumes after its last complete epoch, and ends with the same weights as if it had never stopped.
    /// </summary>
    /// <param name="model">
    /// Any model that maps images to images. It is moved to <see cref="Compute.Device"/> and ends with the weights of the epoch
    /// with the smallest validation loss.
    /// </param>
    /// <param name="train">The training images; a tensor [N, 3, H, W] in 0..1 will do.</param>
    /// <param name="validation">The validation images, likewise.</param>
    /// <param name="checkpoint">
    /// A file that always holds the best weights so far, and beside which the run leaves a line (<see cref="RunLog"/>);
    /// none if left out. Until training ends, a second file beside it that ends in <c>.resume</c> holds what it takes to
    /// resume. Delete the checkpoint to start over.
    /// </param>
    /// <param name="data">What the images are, for the checkpoint.</param>
    /// <param name="progress">Is told where training stands, after every batch and at the end.</param>
    /// <param name="cancellation">Ends the training after the batch under way; the best so far is kept.</param>
    /// <exception cref="ArgumentException">An option is out of its range, or a shape does not fit.</exception>
    /// <exception cref="TrainingDivergedException">The loss became NaN or infinite; the model keeps the best weights before that.</exception>
    /// <exception cref="OperationCanceledException">Cancelled before the first epoch was complete: there is nothing to keep.</exception>
    public TrainingResult Train(
        Module<Tensor, Tensor> model, ImageSet train, ImageSet validation, string? checkpoint = null, string data = "",
        IProgress<TrainingProgress>? progress = null, CancellationToken cancellation = default)
    {
        this.options.Validate();
        var start = time.GetTimestamp();
        model.to(Compute.Device);
        using var engine = TrainingEngine.For(model, this.options, loss, log);
        var options = this.options with { Precision = engine.Precision };
        using var best = new BestWeights(model);
        var resume = checkpoint is null ? null : new ResumeFile(checkpoint, ResumeFile.Describe(options, $"{engine.Name}, {LossOn(validation)}", data, model.state_dict().Values, train, validation));
        List<EpochRecord> history = [.. resume?.Load(model, engine, best.Weights, log) ?? []];
        foreach (var epoch in history)
            best.IsBest(epoch);
        var isOver = history.Count == options.Epochs || history.Count - best.Epoch >= options.Patience;
        if (history.Count > 0 && !HoldsEpoch(checkpoint!, best.Epoch))
            Save(); // the process was killed between writing the two files

        var end = TrainingEnd.AllEpochs;
        try
        {
            while (end == TrainingEnd.AllEpochs && history.Count < options.Epochs && history.Count - best.Epoch < options.Patience)
            {
                var epochStart = time.GetTimestamp();
                if (FitEpoch(model, engine, train, history, best.Epoch, progress, cancellation) is not { } trainingLoss)
                {
                    end = TrainingEnd.Interrupted;
                    break;
                }
                var validationLoss = ValidationLoss(model, validation);
                Check(validationLoss, history.Count + 1, best.Epoch);
                history.Add(new EpochRecord(history.Count + 1, trainingLoss, validationLoss, time.GetElapsedTime(epochStart).TotalSeconds));

                var isBest = best.IsBest(history[^1]);
                if (isBest)
                    best.Keep();
                // The resume file first: if the process ends in between, the checkpoint can be restored from it.
                resume?.Save(model, engine, history, isBest ? null : best.Weights);
                if (isBest && checkpoint is not null)
                    Save();
                progress?.Report(new TrainingProgress(history.Count, options.Epochs, Steps(train), Steps(train), [.. history], best.Epoch,
                    options.Patience, train.Count / history[^1].Seconds));
            }
            if (end == TrainingEnd.AllEpochs && history.Count < options.Epochs)
                end = TrainingEnd.OutOfPatience;
        }
        catch (TrainingDivergedException)
        {
            resume?.Delete(); // the loss would diverge again
            throw;
        }
        finally
        {
            best.Restore();
        }

        progress?.Report(new TrainingProgress(history.Count, options.Epochs, Steps(train), Steps(train), history, best.Epoch, options.Patience, 0) { End = end });
        if (history.Count == 0)
            throw new OperationCanceledException(Texts.Of("Training was interrupted before its first epoch was complete: there are no weights to keep."), cancellation);
        var result = new TrainingResult(options, history, end, time.GetElapsedTime(start).TotalSeconds);
        if (checkpoint is not null)
        {
            var run = TrainingRun.Of(result, checkpoint, data, time.GetLocalNow()) with { Architecture = Describe(model), Loss = lossName };
            var runs = RunLog.Beside(checkpoint);
            if (!isOver || !runs.EndsWith(run)) // the process was killed after writing the line and before deleting the resume file
                runs.Add(run);
        }
        if (end == TrainingEnd.Interrupted)
            resume?.Stop();
        else
            resume?.Delete();
        return result;

        void Save() => new Checkpoint(checkpoint!, options, [.. history.Take(best.Epoch)], data).Save(best.Weights);
    }

    /// <summary>A model in words, for the list of trainings.</summary>
    private static string Describe(Module model) => $"{model.GetType().Name}, {model.parameters().Sum(p => p.numel()):N0} weights";

    /// <summary>Whether a checkpoint is that of an epoch; a damaged one is of none.</summary>
    private static bool HoldsEpoch(string checkpoint, int epoch)
    {
        try
        {
            return Checkpoint.Read(checkpoint).History.Count == epoch;
        }
        catch (InvalidDataException)
        {
            return false;
        }
    }

    /// <returns>The mean loss of the epoch's images, or <c>null</c> when cancelled on the way.</returns>
    private double? FitEpoch(
        Module<Tensor, Tensor> model, TrainingEngine engine, ImageSet images, List<EpochRecord> history, int bestEpoch,
        IProgress<TrainingProgress>? progress, CancellationToken cancellation)
    {
        model.train();
        var device = Compute.DeviceOf(model);
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
            engine.LearningRate = options.LearningRateOf(engine.Steps, batches.Length * options.Epochs);
            var value = engine.Step(Compute.ToDevice(taken, device)).item<float>();
            Check(value, epoch, bestEpoch);
            sum += (double)value * batches[step].Length;
            done += batches[step].Length;
            progress?.Report(new TrainingProgress(epoch, options.Epochs, step + 1, batches.Length, [.. history], bestEpoch,
                options.Patience, done / time.GetElapsedTime(start).TotalSeconds));
        }
        return sum / done;
    }

    private int Steps(ImageSet images) => (images.Count + options.BatchSize - 1) / options.BatchSize;

    private double ValidationLoss(Module<Tensor, Tensor> model, ImageSet images)
    {
        using var _ = no_grad();
        using var reconstructor = new Reconstructor(model); // so that the loss is that of scoring
        return images.Batches(Enumerable.Range(0, images.Count).Chunk(options.BatchSize)).Sum(taken =>
        {
            using var scope = NewDisposeScope();
            using var owned = taken;
            var batch = Compute.ToDevice(taken, Compute.DeviceOf(model));
            return Loss(reconstructor.Forward(batch), batch) * batch.shape[0];
        }) / images.Count;
    }

    private float Loss(Tensor output, Tensor images) => (loss ?? TrainingEngine.MeanSquaredError)(output, images).item<float>();

    /// <summary>Tells one loss from another, whatever they are called, by its value for black and the first validation image: four digits, because the last ones depend on the number of threads.</summary>
    private string LossOn(ImageSet validation)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        using var image = validation.Batches([[0]]).First();
        return $"{lossName} {Loss(zeros_like(image), image):G4}";
    }

    /// <summary>The order depends on seed and epoch alone, so that a resumed training continues exactly.</summary>
    private int[][] ShuffledBatches(int count, int epoch)
    {
        var order = Enumerable.Range(0, count).ToArray();
        new Random(unchecked(options.Seed * 1_000_003 + epoch)).Shuffle(order);
        return [.. order.Chunk(options.BatchSize)];
    }

    private void Check(double loss, int epoch, int bestEpoch)
    {
        if (!double.IsFinite(loss))
            throw new TrainingDivergedException(
                Texts.Format($"The loss became {loss} in epoch {epoch}: learningRate {options.LearningRate} is too large for these images. Try a tenth of it.") + " "
                + (bestEpoch > 0 ? Texts.Format($"The weights of epoch {bestEpoch}, the best so far, are kept.") : Texts.Of("No weights were kept.")));
    }

    /// <summary>A copy of the weights of the best epoch.</summary>
    private sealed class BestWeights(Module model) : IDisposable
    {
        private double loss = double.PositiveInfinity;

        public int Epoch { get; private set; }

        public Dictionary<string, Tensor> Weights { get; } =
            model.state_dict().ToDictionary(w => w.Key, w => Copy(w.Value));

        /// <summary>Whether this epoch is better than all before; if so, it becomes the best.</summary>
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
            using var view = weight.detach(); // held, or a garbage collection could free it meanwhile
            return view.clone().DetachFromDisposeScope();
        }

        public void Restore()
        {
            if (Epoch > 0)
                model.load_state_dict(Weights);
        }

        public void Dispose()
        {
            foreach (var copy in Weights.Values)
                copy.Dispose();
        }
    }
}
