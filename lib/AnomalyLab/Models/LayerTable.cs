using AnomalyLab.Display;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AnomalyLab.Models;

/// <summary>What each part of a model does to the shape, and how many parameters it has.</summary>
public static class LayerTable
{
    /// <summary>
    /// Sends one black image through the model and lists the output shape of each part. Parts are the model's direct children; a
    /// <c>Sequential</c> is replaced by its own children. A part that the model does not reach by <c>call</c> has no shape.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="imageSize">Height and width of the image in pixels.</param>
    /// <exception cref="ArgumentException">The model does not take images of this size.</exception>
    public static Table Of(Module<Tensor, Tensor> model, int imageSize)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var parts = Parts(model).ToArray();
        var outputs = new Dictionary<Module, long[]>(ReferenceEqualityComparer.Instance);
        var hooks = parts.Select(part => part.Module).OfType<Module<Tensor, Tensor>>().Select(part => part.register_forward_hook((module, _, output) =>
        {
            outputs[module] = output.shape;
            return output;
        })).ToArray();
        var wasTraining = model.training;
        try
        {
            model.eval();
            model.call(zeros(1, 3, imageSize, imageSize, device: Compute.DeviceOf(model)));
        }
        finally
        {
            model.train(wasTraining);
            foreach (var hook in hooks)
                hook.remove();
        }
        return new Table($"{model.GetType().Name.ToLowerInvariant()}, {imageSize}×{imageSize}", [Texts.Of("part"), Texts.Of("kind"), Texts.Of("channels"), Texts.Of("height × width"), Texts.Of("parameters")],
            [[Texts.Of("input"), null, 3, $"{imageSize} × {imageSize}", 0], .. parts.Select(IReadOnlyList<object?> (part) => Row(part.Name, part.Module, outputs.GetValueOrDefault(part.Module)))])
        {
            Notes = [Texts.Format($"{model.parameters().Sum(p => p.numel()):N0} parameters in all")],
        };
    }

    private static object?[] Row(string name, Module part, long[]? output) =>
        [name, part.GetType().Name, output?.ElementAtOrDefault(1), output is [_, _, var height, var width] ? $"{height} × {width}" : null, part.parameters().Sum(p => p.numel())];

    private static IEnumerable<(string Name, Module Module)> Parts(Module model) => model.named_children().SelectMany(child =>
        model is not TorchSharp.Modules.Sequential && child.module.GetType() == typeof(Sequential)
            ? child.module.named_children().Select(part => ($"{child.name}.{part.name}", part.module))
            : [(child.name, child.module)]);
}
