using AnomalyLab.Data;
using AnomalyLab.Models;
using AnomalyLab.Training;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AnomalyLab.Course;

/// <summary>A trained autoencoder for the notebooks after the training notebook, whether or not that one was run.</summary>
/// <param name="Model">The model with the best weights. The caller owns it.</param>
/// <param name="Checkpoint">Where the weights came from.</param>
public sealed record TrainedModel(Autoencoder Model, Checkpoint Checkpoint)
{
    private const long Tutorials = 6_996_979;

    /// <summary>The model's file in the course's folders: one for each combination of data, options and architecture, so that no training overwrites another.</summary>
    /// <param name="split">The samples it is trained on.</param>
    /// <param name="imageSize">The images' height and width in pixels.</param>
    /// <param name="options">How it is trained.</param>
    /// <param name="model">What is trained; the tutorial's autoencoder if left out.</param>
    public static string PathOf(DataSplit split, int imageSize, TrainingOptions options, Module<Tensor, Tensor>? model = null)
    {
        var precision = options.Precision.OnThisMachine() == Precision.Bf16 ? $"-bf16-after{options.Fp32Steps}" : "";
        var architecture = model is null or Autoencoder { ParameterCount: Tutorials } ? "" : $"-{model.GetType().Name.ToLowerInvariant()}{model.parameters().Sum(p => p.numel())}";
        return CourseFolders.OutputPath("models",
            $"{split.Category.Source}-{split.Category.Name}-{imageSize}px-epochs{options.Epochs}-patience{options.Patience}-batch{options.BatchSize}-rate{options.LearningRate}-seed{options.Seed}{precision}{architecture}.safetensors");
    }

    /// <summary>The description of the training data in a checkpoint, so that no model is taken for another.</summary>
    /// <param name="split">The samples.</param>
    /// <param name="imageSize">The images' height and width in pixels.</param>
    public static string DataName(DataSplit split, int imageSize) =>
        $"{split.Category.Source} {split.Category.Name}, {split.Train.Count} images of {imageSize}×{imageSize}";

    /// <summary>
    /// Loads the checkpoint at <see cref="PathOf"/> if it was trained on the same data; else trains a model, and says so. A
    /// training that was killed is resumed; after a deliberate interruption its best weights are used as they are.
    /// </summary>
    /// <param name="split">The samples to train and validate on.</param>
    /// <param name="imageSize">The images' height and width in pixels.</param>
    /// <param name="options">How to train where that is needed.</param>
    /// <param name="progress">Is told how training goes.</param>
    /// <param name="log">Where to say what was done; the console if left out.</param>
    /// <param name="cancellation">Ends training; the best so far is kept.</param>
    public static TrainedModel LoadOrTrain(
        DataSplit split, int imageSize, TrainingOptions options,
        IProgress<TrainingProgress>? progress = null, TextWriter? log = null, CancellationToken cancellation = default)
    {
        log ??= Console.Out;
        var path = PathOf(split, imageSize, options);
        var data = DataName(split, imageSize);
        var model = new Autoencoder(options.Seed);
        if (File.Exists(path) && !File.Exists(ResumeFile.PathOf(path)))
        {
            try
            {
                var found = Checkpoint.Load(path, model);
                if (found.Data == data)
                {
                    log.WriteLine($"Weights from {path}, trained on {data}: epoch {found.History.Count}, validation loss {found.History[^1].ValidationLoss:F6}.");
                    return new TrainedModel(model, found);
                }
                log.WriteLine($"{path} was trained on {found.Data}, not on {data}: training anew.");
            }
            catch (InvalidDataException e)
            {
                log.WriteLine($"{e.Message} Training anew.");
            }
        }
        else if (!File.Exists(path))
            log.WriteLine($"There is no model trained this way yet (notebook 04 makes it): training one now, into {path}.");

        using var train = ImageSet.Open(split.Train, imageSize, cache: CourseFolders.ImageCache);
        using var validation = ImageSet.Open(split.Validation, imageSize, cache: CourseFolders.ImageCache);
        var result = new Trainer(options, log: log).Train(model, train, validation, path, data, progress, cancellation);
        log.WriteLine($"Trained on {data}: epoch {result.Best.Epoch} is the best, validation loss {result.Best.ValidationLoss:F6}.");
        return new TrainedModel(model, new Checkpoint(path, options, [.. result.History.Take(result.Best.Epoch)], data));
    }
}
