using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AnomalyLab.Models;

/// <summary>
/// A model's weights alone, as a safetensors file that PyTorch reads and writes: train in Python and score here, or the
/// other way around.
/// </summary>
/// <remarks>
/// <para>
/// The names are those of PyTorch's <c>state_dict</c>. Two kinds of names fit a model here. Either the same names, from
/// a Python model whose attributes are named like the fields here (<c>encoder.0.conv1.weight</c>). Or numbers only
/// (<c>0.0.weight</c>, <c>10.3.running_var</c>), as nested <c>nn.Sequential</c>s have them: their layers, in the order of the
/// numbers, must match this model's layers one by one, with the same tensors of the same shapes.
/// </para>
/// <para>
/// In Python: <c>model.load_state_dict(safetensors.torch.load_file(path))</c> and
/// <c>safetensors.torch.save_file(model.state_dict(), path)</c>.
/// </para>
/// </remarks>
public static class StateDict
{
    /// <summary>Reads weights into a model; numbers of another precision are converted to the model's.</summary>
    /// <param name="path">The file.</param>
    /// <param name="model">Gets the weights; unchanged if they do not fit.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is damaged, or of another model; the message names the first tensor that does not fit.</exception>
    public static void Load(string path, Module model)
    {
        using var scope = NewDisposeScope();
        Load(path, Read(path), model);
    }

    /// <summary>Copies tensors into a model.</summary>
    /// <param name="path">Where they come from, for the message.</param>
    /// <param name="tensors">The tensors by name; they stay the caller's.</param>
    /// <param name="model">Gets the weights; unchanged if they do not fit.</param>
    /// <exception cref="InvalidDataException">They are of another model.</exception>
    internal static void Load(string path, Dictionary<string, Tensor> tensors, Module model)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var wanted = model.state_dict();
        var names = Match(path, wanted, tensors);
        foreach (var (name, tensor) in wanted)
            tensor.copy_(tensors[names[name]]);
    }

    /// <summary>Writes a model's weights, whole or not at all.</summary>
    /// <param name="path">The file; its folder exists.</param>
    /// <param name="model">The model; its weights may be on any device.</param>
    /// <param name="namesFrom">
    /// A file saved by the Python model that will read this one, trained or not: its names are used for the layers they would be
    /// loaded into here. If left out, the names are those of this model's fields.
    /// </param>
    /// <exception cref="IOException">The disk is full, or the file cannot be written.</exception>
    /// <exception cref="InvalidDataException"><paramref name="namesFrom"/> is damaged, or of another model.</exception>
    public static void Save(string path, Module model, string? namesFrom = null)
    {
        using var scope = NewDisposeScope();
        var weights = model.state_dict();
        if (namesFrom is null)
        {
            SafeTensors.Save(path, weights);
            return;
        }
        var names = Match(namesFrom, weights, Read(namesFrom));
        SafeTensors.Save(path, weights.ToDictionary(weight => names[weight.Key], weight => weight.Value));
    }

    /// <summary>The tensors of a file; they are disposed with the caller's dispose scope.</summary>
    private static Dictionary<string, Tensor> Read(string path)
    {
        var (tensors, _) = SafeTensors.Load(path);
        foreach (var tensor in tensors.Values)
            tensor.MoveToOuterDisposeScope();
        return tensors;
    }

    /// <summary>Maps each of the model's names to the file's.</summary>
    private static Dictionary<string, string> Match(string path, Dictionary<string, Tensor> model, Dictionary<string, Tensor> file)
    {
        var names = file.Keys.All(IsNumbered)
            ? Layers(model.Keys).Zip(Layers(file.Keys.OrderBy(NumbersOf, Comparer<int[]>.Create((a, b) => a.AsSpan().SequenceCompareTo(b)))))
                .SelectMany(pair => model.Keys.Where(name => LayerOf(name) == pair.First).Select(name => (name, pair.Second + name[pair.First.Length..])))
                .ToDictionary()
            : model.Keys.ToDictionary(name => name);
        foreach (var (name, tensor) in model)
        {
            if (names.GetValueOrDefault(name) is not { } theirs || !file.TryGetValue(theirs, out var found))
                throw new InvalidDataException($"{path} holds the weights of another model: it has nothing for {name}.");
            if (!found.shape.SequenceEqual(tensor.shape))
                throw new InvalidDataException($"{path} holds the weights of another model: {theirs} has the shape [{string.Join(", ", found.shape)}], but {name} has [{string.Join(", ", tensor.shape)}].");
        }
        if (file.Keys.Except(names.Values).FirstOrDefault() is { } extra)
            throw new InvalidDataException($"{path} holds the weights of another model: this one has no place for {extra}.");
        return names;
    }

    /// <summary>The layers in the order in which they are first named.</summary>
    private static IEnumerable<string> Layers(IEnumerable<string> names) => names.Select(LayerOf).Distinct();

    private static string LayerOf(string name) => name[..Math.Max(name.LastIndexOf('.'), 0)];

    private static bool IsNumbered(string name) => LayerOf(name).Split('.').All(part => int.TryParse(part, out _));

    private static int[] NumbersOf(string name) => [.. LayerOf(name).Split('.').Select(int.Parse)];
}
