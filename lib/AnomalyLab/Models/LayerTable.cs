using AnomalyLab.Display;
using AnomalyLab.Native;
using static TorchSharp.torch;

namespace AnomalyLab.Models;

/// <summary>What each part of a model does to the shape, and how many parameters it has.</summary>
public static class LayerTable
{
    /// <summary>Sends one black image through the model and writes down what comes out of each part.</summary>
    /// <param name="model">The model.</param>
    /// <param name="imageSize">Height and width of the image in pixels; a multiple of <see cref="Autoencoder.Stride"/>.</param>
    public static Table Of(Autoencoder model, int imageSize)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var wasTraining = model.training;
        model.eval();
        var input = zeros(1, 3, imageSize, imageSize, device: Compute.Device);
        var rows = model.Steps(input).Select(IReadOnlyList<object?> (step) =>
            [step.Name, step.Module?.GetName(), Channels(step.Output), Size(step.Output), step.Module?.parameters().Sum(p => p.numel()) ?? 0]).ToArray();
        model.train(wasTraining);
        return new Table($"autoencoder, {imageSize}×{imageSize}", ["part", "kind", "channels", "height × width", "parameters"],
            [["input", null, Channels(input), Size(input), 0], .. rows])
        {
            Notes = [$"{model.ParameterCount:N0} parameters in all"],
        };
    }

    private static long Channels(Tensor x) => x.shape[1];

    private static string Size(Tensor x) => $"{x.shape[2]} × {x.shape[3]}";
}
