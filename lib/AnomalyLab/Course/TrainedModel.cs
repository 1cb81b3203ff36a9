using AnomalyLab.Data;
using AnomalyLab.Display;
using AnomalyLab.Models;
using AnomalyLab.Training;
using AnomalyLab.Visualization;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AnomalyLab.Course;

/// <summary>Trained autoencoders by what they were trained on and how, for the notebooks after the training notebook.</summary>
public static class TrainedModel
{
    private const long Tutorials = 6_996_979;

    /// <summary>How notebook 4 trains with these parameters, or with the tutorial's.</summary>
    /// <param name="epochs">At most how many.</param>
    /// <param name="batchSize">Images a step.</param>
    /// <param name="learningRate">The highest of the one-cycle schedule.</param>
    /// <param name="patience">Epochs to wait for a better one.</param>
    /// <param name="seed">Of the first weights and of the order of the images.</param>
    /// <param name="tutorial">Whether to take the tutorial's numbers and only the seed of these.</param>
    public static TrainingOptions Options(int epochs, int batchSize, double learningRate, int patience, int seed, bool tutorial) =>
        tutorial ? new() { Seed = seed } : new()
        {
            Epochs = epochs,
            BatchSize = batchSize,
            LearningRate = learningRate,
            Patience = patience,
            Schedule = LearningRateSchedule.OneCycle,
            Seed = seed,
        };

    /// <summary>The model's file in the course's folders: one for each combination of data, options and architecture, so that no training overwrites another.</summary>
    /// <param name="split">The samples it is trained on.</param>
    /// <param name="imageSize">The images' height and width in pixels.</param>
    /// <param name="options">How it is trained.</param>
    /// <param name="model">What is trained; the tutorial's autoencoder if left out.</param>
    public static string PathOf(DataSplit split, int imageSize, TrainingOptions options, Module<Tensor, Tensor>? model = null)
    {
        var precision = options.Precision.OnThisMachine() == Precision.Bf16 ? $"-bf16-after{options.Fp32Steps}" : "";
        var schedule = options.Schedule == LearningRateSchedule.Constant ? "" : $"-{options.Schedule.ToString().ToLowerInvariant()}";
        var architecture = model is null or Autoencoder { ParameterCount: Tutorials } ? "" : $"-{model.GetType().Name.ToLowerInvariant()}{model.parameters().Sum(p => p.numel())}";
        return CourseFolders.OutputPath("models",
            $"{split.Category.Source}-{split.Category.Name}-{imageSize}px-epochs{options.Epochs}-patience{options.Patience}-batch{options.BatchSize}-rate{options.LearningRate}{schedule}-seed{options.Seed}{precision}{architecture}.safetensors");
    }

    /// <summary>The description of the training data in a checkpoint, so that no model is taken for another.</summary>
    /// <param name="split">The samples.</param>
    /// <param name="imageSize">The images' height and width in pixels.</param>
    public static string DataName(DataSplit split, int imageSize) =>
        $"{split.Category.Source} {split.Category.Name}, {split.Train.Count} images of {imageSize}×{imageSize}";

    /// <summary>
    /// Loads the checkpoint at <see cref="PathOf"/>, or its like from a machine of another precision, if it was trained on the
    /// same data; else trains a model in the running cell, and says so. A training that was killed is resumed; after a deliberate
    /// interruption its best weights are used.
    /// </summary>
    /// <param name="split">The samples to train and validate on.</param>
    /// <param name="imageSize">The images' height and width in pixels.</param>
    /// <param name="options">How to train where that is needed.</param>
    /// <param name="log">Where to say what was done; the console if left out.</param>
    /// <returns>The model with the best weights. The caller owns it.</returns>
    public static Autoencoder LoadOrTrain(DataSplit split, int imageSize, TrainingOptions options, TextWriter? log = null)
    {
        log ??= Console.Out;
        var path = PathOf(split, imageSize, options);
        var data = DataName(split, imageSize);
        var model = new Autoencoder(options.Seed);
        // A kit's model serves on machines of another precision, too.
        string[] usable = options.Precision != Precision.Auto ? [path] :
            [path, PathOf(split, imageSize, options with { Precision = Precision.Bf16 }), PathOf(split, imageSize, options with { Precision = Precision.Fp32 })];
        if (usable.FirstOrDefault(file => File.Exists(file) && !File.Exists(ResumeFile.PathOf(file))) is { } finished)
        {
            try
            {
                var found = Checkpoint.Read(finished); // its weights only if they are of this data, or a training anew would begin with them
                if (found.Data == data)
                {
                    Checkpoint.Load(finished, model);
                    log.WriteLine(Texts.Format($"Weights from {finished}, trained on {Texts.Of(data)}: epoch {found.History.Count}, validation loss {found.History[^1].ValidationLoss:F6}."));
                    return model;
                }
                log.WriteLine(Texts.Format($"{finished} was trained on {Texts.Of(found.Data)}, not on {Texts.Of(data)}: training anew."));
            }
            catch (InvalidDataException e)
            {
                log.WriteLine(Texts.Format($"{e.Message} Training anew."));
            }
        }
        else if (!File.Exists(path))
            log.WriteLine(Texts.Format($"There is no model trained this way yet (notebook 4 makes it): training one now, which takes minutes (the bar says how many), into {path}."));

        using var train = ImageSet.Open(split.Train, imageSize, cache: CourseFolders.ImageCache);
        using var validation = ImageSet.Open(split.Validation, imageSize, cache: CourseFolders.ImageCache);
        using var view = new TrainingView();
        var best = new Trainer(options, log: log).Train(model, train, validation, path, data, view, RunningCell.CancellationToken).Best;
        log.WriteLine(Texts.Format($"Trained on {Texts.Of(data)}: epoch {best.Epoch} is the best, validation loss {best.ValidationLoss:F6}."));
        return model;
    }
}
