using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace FastTorch.Chain;

/// <summary>Takes a model apart into <see cref="Segment"/>s.</summary>
internal static class Recognition
{
    /// <summary>The segments of a model, from first to last.</summary>
    /// <param name="model">The model.</param>
    /// <param name="reason">Why the model was not recognised: which part is not known, and where it is.</param>
    /// <returns>The segments; none where the model is not recognised.</returns>
    public static IReadOnlyList<Segment> Of(nn.Module<Tensor, Tensor> model, out string? reason)
    {
        var names = model.named_modules().DistinctBy(m => m.module, ReferenceEqualityComparer.Instance).ToDictionary(m => (object)m.module, m => m.name, ReferenceEqualityComparer.Instance);
        var layers = Layers(model).Select(layer => (Name: names.GetValueOrDefault(layer, layer.GetType().Name), Layer: layer)).ToArray();
        reason = layers.Select(layer => WhyUnknown(layer.Name, layer.Layer)).FirstOrDefault(why => why is not null)
            ?? layers.Where(layer => layer.Layer.parameters().Any()).GroupBy(layer => layer.Layer, ReferenceEqualityComparer.Instance)
                .Where(same => same.Count() > 1).Select(same => $"{same.First().Name} is used more than once").FirstOrDefault();
        if (reason is null && layers.FirstOrDefault().Layer is not (Conv2d or ConvTranspose2d))
            reason = "it does not begin with a convolution";
        var segments = new List<Segment>();
        for (var i = 0; reason is null && i < layers.Length;)
        {
            var (name, layer) = layers[i++];
            var norm = layer is Conv2d or ConvTranspose2d ? Next<BatchNorm2d>() : null;
            var segment = new Segment(name, layer, norm);
            if (layer is BatchNorm2d)
                reason = $"the batch normalisation {name} does not come after a convolution";
            if (norm is not null && Next<ReLU>() is not null)
                segment = segment with { HasReLU = true, HasPool = i < layers.Length && layers[i].Layer is MaxPool2d pool && Halves(pool) && Next<MaxPool2d>() is not null };
            segments.Add(segment);

            T? Next<T>()
                where T : nn.Module =>
                i < layers.Length && layers[i].Layer is T next ? (i++, next).next : null;
        }
        return reason is null ? segments : [];
    }

    private static IEnumerable<nn.Module<Tensor, Tensor>> Layers(nn.Module<Tensor, Tensor> module) => module switch
    {
        ILayerChain chain => chain.Layers.SelectMany(Layers),
        // A class derived from Sequential may have another forward.
        Sequential when module.GetType().GetMethod(nameof(Sequential.forward), [typeof(Tensor)])!.DeclaringType == typeof(Sequential) =>
            module.children().Cast<nn.Module<Tensor, Tensor>>().SelectMany(Layers),
        _ => [module],
    };

    private static string? WhyUnknown(string name, nn.Module layer)
    {
        var why = layer switch
        {
            Conv2d { padding_mode: not PaddingModes.Zeros } => "pads with something other than zeros",
            Conv2d { padding: null } => "pads by name instead of by number",
            BatchNorm2d { affine: false } or BatchNorm2d { track_running_stats: false } or BatchNorm2d { momentum: null } => "has no weights, or no running statistics with a momentum",
            Conv2d or ConvTranspose2d or BatchNorm2d => layer.parameters().All(p => p.dtype == float32) ? null : "is not in 32 bits",
            ReLU or Sigmoid or Tanh or MaxPool2d or AvgPool2d or Upsample or Identity => null,
            _ => $"is a {layer.GetType().Name}, which is neither a layer that FastTorch knows nor a chain of layers",
        };
        return why is null ? null : $"{name} {why}";
    }

    private static bool Halves(MaxPool2d pool) =>
        pool.kernel_size is [2, 2] && pool.stride is null or [2, 2] && pool.padding is null or [0, 0] && pool.dilation is null or [1, 1] && !pool.ceil_mode;
}
