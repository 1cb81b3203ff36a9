using System.Text.Json;
using AnomalyLab.Display;
using AnomalyLab.Models;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AnomalyLab.Training;

/// <summary>A model's weights in one safetensors file, with the options and the history that led to them.</summary>
/// <param name="Path">The file.</param>
/// <param name="Options">How the model was trained.</param>
/// <param name="History">The epochs up to the one whose weights these are.</param>
/// <param name="Data">What the model was trained on, such as <c>synthetic</c>.</param>
public sealed record Checkpoint(string Path, TrainingOptions Options, IReadOnlyList<EpochRecord> History, string Data)
{
    private const string OptionsKey = "options", HistoryKey = "history", DataKey = "data";

    /// <summary>Writes the model's weights and these facts, whole or not at all.</summary>
    /// <param name="model">The model; its weights may be on any device.</param>
    /// <exception cref="IOException">The disk is full, or the folder read-only; an earlier checkpoint is still there.</exception>
    public void Save(Module model) => Save(model.state_dict());

    /// <summary>Reads a checkpoint into a model.</summary>
    /// <param name="path">The file.</param>
    /// <param name="model">Gets the weights; unchanged if they do not fit.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is damaged, or holds another model's weights.</exception>
    public static Checkpoint Load(string path, Module model)
    {
        using var scope = NewDisposeScope();
        var (tensors, metadata) = SafeTensors.Load(path);
        scope.Attach(tensors.Values);
        var wanted = model.state_dict();
        var misfit = wanted.Keys.Union(tensors.Keys).FirstOrDefault(name =>
            !wanted.TryGetValue(name, out var a) || !tensors.TryGetValue(name, out var b) || !a.shape.SequenceEqual(b.shape));
        if (misfit is not null)
            throw new InvalidDataException(Texts.Format($"{path} is a checkpoint of another model ({misfit} does not fit): train this model anew, or name its own checkpoint."));
        var checkpoint = Of(path, metadata);
        model.load_state_dict(tensors);
        return checkpoint;
    }

    /// <summary>Writes weights and these facts, whole or not at all.</summary>
    /// <param name="weights">A model's state.</param>
    internal void Save(IReadOnlyDictionary<string, Tensor> weights) => SafeTensors.Save(Path, weights, new Dictionary<string, string>
    {
        [OptionsKey] = JsonSerializer.Serialize(Options),
        [HistoryKey] = JsonSerializer.Serialize(History),
        [DataKey] = Data,
    });

    /// <summary>Reads what a checkpoint says about its weights.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InvalidDataException">The file is damaged, or no checkpoint.</exception>
    internal static Checkpoint Read(string path)
    {
        using var scope = NewDisposeScope();
        var (tensors, metadata) = SafeTensors.Load(path);
        scope.Attach(tensors.Values);
        return Of(path, metadata);
    }

    private static Checkpoint Of(string path, Dictionary<string, string> metadata)
    {
        try
        {
            return new(path,
                JsonSerializer.Deserialize<TrainingOptions>(metadata[OptionsKey])!,
                JsonSerializer.Deserialize<EpochRecord[]>(metadata[HistoryKey])!,
                metadata[DataKey]);
        }
        catch (Exception e) when (e is KeyNotFoundException or JsonException)
        {
            throw new InvalidDataException(Texts.Format($"{path} holds weights, but not how they were trained: train the model anew."), e);
        }
    }
}
