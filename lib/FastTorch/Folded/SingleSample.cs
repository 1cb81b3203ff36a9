using System.Runtime.InteropServices;
using System.Text;
using TorchSharp;
using static TorchSharp.torch;

namespace FastTorch.Folded;

/// <summary>
/// The layers of a folded model for one sample at a time. Weights and activations stay in oneDNN's own layout: for a single
/// sample, converting them at each layer takes as long as computing. Creating this object takes some 40 ms.
/// </summary>
/// <remarks>TorchSharp has no methods for this, but TorchScript has, so the layers become a TorchScript program.</remarks>
internal sealed class SingleSample : IDisposable
{
    private readonly jit.CompilationUnit script;
    private readonly Tensor[] weights;

    /// <param name="layers">The layers; their weights stay the caller's.</param>
    /// <param name="input">[1, C, H, W] on the processor. The layout is chosen for its size; other sizes give the same result, but not as fast.</param>
    public SingleSample(IReadOnlyList<Layer> layers, Tensor input)
    {
        var (pack, forward) = (new StringBuilder(), new StringBuilder());
        var plain = new List<Tensor>();
        foreach (var layer in layers)
        {
            if (layer.Packing is { } packing)
                pack.AppendLine($"    w[{plain.Count}] = {Numbered(packing)}");
            var line = $"    x = {Numbered(layer.Script!)}";
            pack.AppendLine(line);
            forward.AppendLine(line);
            plain.AddRange(layer.Weights);
        }
        script = jit.compile($"""
            def pack(x: Tensor, w: List[Tensor]) -> List[Tensor]:
                x = x.to_mkldnn()
            {pack}    return w

            def forward(x: Tensor, w: List[Tensor]) -> Tensor:
                x = x.to_mkldnn()
            {forward}    return x.to_dense()

            """);
        using var scope = NewDisposeScope();
        weights = (Tensor[])script.invoke("pack", input, plain.ToArray());
        foreach (var weight in weights)
            weight.DetachFromDisposeScope();

        string Numbered(string line) => string.Format(line, $"w[{plain.Count}]", $"w[{plain.Count + 1}]");
    }

    /// <summary>Whether this class can be used: for a single sample, where libtorch has oneDNN, and if every layer has a script.</summary>
    /// <param name="input">[N, …].</param>
    /// <param name="layers">The layers.</param>
    public static bool Suits(Tensor input, IEnumerable<Layer> layers) =>
        input.shape[0] == 1 && input.device_type == DeviceType.CPU && RuntimeInformation.ProcessArchitecture == Architecture.X64 && layers.All(layer => layer.Script is not null);

    /// <param name="input">[1, C, H, W] on the processor.</param>
    /// <returns>The output.</returns>
    public Tensor Forward(Tensor input) => (Tensor)script.invoke("forward", input, weights);

    /// <inheritdoc/>
    public void Dispose()
    {
        script.Dispose();
        foreach (var weight in weights)
            weight.Dispose();
    }
}
