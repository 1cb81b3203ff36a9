using System.IO.Hashing;
using System.Text.Json;
using AnomalyLab.Data;
using AnomalyLab.Display;
using AnomalyLab.Models;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AnomalyLab.Training;

/// <summary>
/// A file beside the checkpoint with the state of a training after its last epoch, to resume exactly from there: model,
/// optimiser, history and the best weights. The order of the images follows from seed and epoch.
/// </summary>
/// <param name="checkpoint">The checkpoint's file; this one has the same name and ends in <c>.resume</c>.</param>
/// <param name="training">Describes what is trained, how, on what and from which weights. A file with another description is not used.</param>
internal sealed class ResumeFile(string checkpoint, string training)
{
    private const string TrainingKey = "training", HistoryKey = "history", StepsKey = "steps", BestPrefix = "best.";

    private readonly string path = PathOf(checkpoint);

    /// <summary>The ending of the file's name after a deliberate interruption: training resumes from it only when asked for again.</summary>
    private readonly string stopped = Path.ChangeExtension(checkpoint, ".stopped");

    /// <summary>The file of a training that has not ended, or was killed.</summary>
    public static string PathOf(string checkpoint) => Path.ChangeExtension(checkpoint, ".resume");

    /// <summary>Describes a training by everything that decides its result.</summary>
    /// <param name="options">How it is trained.</param>
    /// <param name="engine">What computes it, and with which loss.</param>
    /// <param name="data">What it is trained on.</param>
    /// <param name="weights">The weights it begins with.</param>
    /// <param name="images">All images.</param>
    public static string Describe(TrainingOptions options, string engine, string data, IEnumerable<Tensor> weights, params ImageSet[] images)
    {
        var hash = new XxHash3();
        foreach (var set in images)
            set.AppendTo(hash);
        return JsonSerializer.Serialize(new { options, engine, data, weights = Checksum(weights), images = Convert.ToHexString(hash.GetCurrentHash()) });
    }

    /// <summary>Writes the file, whole or not at all.</summary>
    /// <param name="model">The model as it is after the last epoch.</param>
    /// <param name="engine">What trains it.</param>
    /// <param name="history">The epochs so far.</param>
    /// <param name="best">The best epoch's weights, where they are not the model's.</param>
    public void Save(Module model, TrainingEngine engine, IReadOnlyList<EpochRecord> history, IReadOnlyDictionary<string, Tensor>? best)
    {
        var tensors = Tensors(model, engine, best).ToDictionary(t => t.Name, t => t.Tensor);
        SafeTensors.Save(path, tensors, new Dictionary<string, string>
        {
            [TrainingKey] = training,
            [HistoryKey] = JsonSerializer.Serialize(history),
            [StepsKey] = engine.Steps.ToString(),
        });
        File.Delete(stopped);
    }

    /// <summary>Restores model, optimiser and best weights; leaves them alone where that is not possible.</summary>
    /// <param name="model">Gets the weights of the last epoch.</param>
    /// <param name="engine">Gets its state.</param>
    /// <param name="best">Gets the weights of the best epoch.</param>
    /// <param name="log">Where to say what was found.</param>
    /// <returns>The epochs so far; <c>null</c> if training has to begin at the start.</returns>
    public IReadOnlyList<EpochRecord>? Load(Module model, TrainingEngine engine, IReadOnlyDictionary<string, Tensor> best, TextWriter log)
    {
        AtomicFile.ClearLeftovers(checkpoint);
        AtomicFile.ClearLeftovers(path);
        if (!File.Exists(checkpoint)) // deleting the checkpoint means starting over
            return null;
        if (new[] { path, stopped }.FirstOrDefault(File.Exists) is not { } file)
            return null;
        using var scope = NewDisposeScope();
        try
        {
            var (tensors, metadata) = SafeTensors.Load(file);
            scope.Attach(tensors.Values);
            if (metadata[TrainingKey] != training)
                throw new InvalidDataException(Texts.Format($"{file} belongs to a training with other options, images or first weights."));
            var history = JsonSerializer.Deserialize<EpochRecord[]>(metadata[HistoryKey])!;
            var isBest = !tensors.Keys.Any(name => name.StartsWith(BestPrefix, StringComparison.Ordinal));
            var targets = Tensors(model, engine, isBest ? null : best).Select(t => (t.Tensor, Saved: tensors[t.Name])).ToArray();

            using var _ = no_grad();
            foreach (var (target, saved) in targets)
                target.copy_(saved);
            if (isBest)
            {
                var current = model.state_dict();
                foreach (var (name, copy) in best)
                    copy.copy_(current[name]);
            }
            engine.Steps = int.Parse(metadata[StepsKey]);
            log.WriteLine(Texts.Format($"Resuming after epoch {history.Length} of a training that was stopped before its end ({file})."));
            return history;
        }
        catch (Exception e) when (e is InvalidDataException or KeyNotFoundException or JsonException or FormatException)
        {
            var sentence = e is InvalidDataException ? e.Message : Texts.Format($"{file} does not hold all that it takes to resume.");
            log.WriteLine(Texts.Format($"{sentence} Training from the start."));
            return null;
        }
    }

    /// <summary>Marks a deliberate interruption: the best weights are ready to use, and training can still go on.</summary>
    public void Stop()
    {
        if (File.Exists(path))
            File.Move(path, stopped, overwrite: true);
    }

    /// <summary>Deletes the file once training is complete.</summary>
    public void Delete()
    {
        File.Delete(path);
        File.Delete(stopped);
    }

    private static IEnumerable<(string Name, Tensor Tensor)> Tensors(Module model, TrainingEngine engine, IReadOnlyDictionary<string, Tensor>? best) =>
    [
        .. model.state_dict().Select(w => ($"model.{w.Key}", w.Value)),
        .. engine.State,
        .. (best ?? new Dictionary<string, Tensor>()).Select(w => (BestPrefix + w.Key, w.Value)),
    ];

    private static string Checksum(IEnumerable<Tensor> tensors)
    {
        var hash = new XxHash3();
        foreach (var tensor in tensors)
        {
            using var scope = NewDisposeScope();
            hash.Append(tensor.detach().cpu().contiguous().bytes);
        }
        return Convert.ToHexString(hash.GetCurrentHash());
    }
}
