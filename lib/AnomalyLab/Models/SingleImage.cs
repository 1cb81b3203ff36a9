using System.Runtime.InteropServices;
using System.Text;
using TorchSharp;
using static TorchSharp.torch;

namespace AnomalyLab.Models;

/// <summary>
/// The layers of a folded model for one image at a time. Weights and whatever goes from layer to layer stay in the order that
/// oneDNN computes in: for a single image, putting them in order at each layer takes as long as computing. It takes some 40 ms to make.
/// </summary>
/// <remarks>TorchSharp has no methods for this, but libtorch's TorchScript has; so the layers become a program in it.</remarks>
internal sealed class SingleImage : IDisposable
{
    private readonly jit.CompilationUnit script;
    private readonly Tensor[] weights;

    /// <param name="layers">The layers; their weights stay the caller's.</param>
    /// <param name="image">[1, 3, H, W] on the processor. Its size decides the order; for others the result is the same, if not as fast.</param>
    public SingleImage(IReadOnlyList<FoldedAutoencoder.Layer> layers, Tensor image)
    {
        var (pack, forward) = (new StringBuilder(), new StringBuilder());
        var plain = new List<Tensor>();
        foreach (var layer in layers)
        {
            if (layer.Packing is { } packing)
                pack.AppendLine($"    w[{plain.Count}] = {Numbered(packing)}");
            var line = $"    x = {Numbered(layer.Script)}";
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
        weights = (Tensor[])script.invoke("pack", image, plain.ToArray());
        foreach (var weight in weights)
            weight.DetachFromDisposeScope();

        string Numbered(string line) => string.Format(line, $"w[{plain.Count}]", $"w[{plain.Count + 1}]");
    }

    /// <summary>Whether it is worth while: a single image, where libtorch has oneDNN.</summary>
    /// <param name="images">[N, …].</param>
    public static bool Suits(Tensor images) =>
        images.shape[0] == 1 && images.device_type == DeviceType.CPU && RuntimeInformation.ProcessArchitecture == Architecture.X64;

    /// <param name="image">[1, 3, H, W] on the processor.</param>
    /// <returns>The reconstruction, [1, 3, H, W], not clipped.</returns>
    public Tensor Forward(Tensor image) => (Tensor)script.invoke("forward", image, weights);

    /// <inheritdoc/>
    public void Dispose()
    {
        script.Dispose();
        foreach (var weight in weights)
            weight.Dispose();
    }
}
