using FastTorch;
using FastTorch.Folded;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AnomalyLab.Models;

/// <summary>
/// Reconstructs many images with a trained model, using the running statistics of batch normalisation. Faster than the model's
/// own <c>forward</c> where FastTorch recognises the model. Not for several threads at once.
/// </summary>
public sealed class Reconstructor : IDisposable
{
    private readonly Module<Tensor, Tensor> model;
    private readonly Device device;
    private readonly FoldedModel? folded;

    /// <param name="model">The model; it stays the caller's. Later training may not show in this object.</param>
    public Reconstructor(Module<Tensor, Tensor> model)
    {
        this.model = model;
        device = Compute.DeviceOf(model);
        folded = Startup.IsOff ? null : FastModel.Of(model, out _)?.Fold();
    }

    /// <summary>Reconstructs images batch by batch. A single image is fastest from the second call on.</summary>
    /// <param name="images">[N, 3, H, W] in 0..1, on any device.</param>
    /// <param name="batchSize">How many images go through at once; it decides memory, not the result.</param>
    /// <returns>[N, 3, H, W] clipped to 0..1, on the processor. The caller owns it.</returns>
    /// <exception cref="ArgumentException">The images have another shape.</exception>
    public Tensor Reconstruct(Tensor images, int batchSize = 32) => InBatches(images, batchSize, batch => folded?.ForwardOne(batch) ?? Forward(batch));

    /// <summary>One batch.</summary>
    /// <param name="batch">[N, 3, H, W] in 0..1, on the model's device.</param>
    /// <returns>[N, 3, H, W], about 0..1, not clipped. The caller owns it.</returns>
    internal Tensor Forward(Tensor batch)
    {
        if (folded is not null)
            return folded.Forward(batch);
        using var _ = no_grad();
        var wasTraining = model.training;
        model.eval();
        var output = model.call(batch);
        model.train(wasTraining);
        return output;
    }

    /// <summary>The same for a one-off call: without the preparation, but a single image takes longer.</summary>
    internal Tensor ReconstructOnce(Tensor images, int batchSize) => InBatches(images, batchSize, Forward);

    private Tensor InBatches(Tensor images, int batchSize, Func<Tensor, Tensor> forward)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        return cat([.. images.split(batchSize).Select(batch =>
        {
            using var inner = NewDisposeScope();
            return forward(Compute.ToDevice(batch, device)).Clipped(0, 1).cpu().MoveToOuterDisposeScope();
        })]).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public void Dispose() => folded?.Dispose();
}

/// <summary>Reconstruction with any model.</summary>
public static class Reconstruction
{
    /// <summary>Reconstructs images in evaluation mode, batch by batch, with the running statistics of batch normalisation.</summary>
    /// <param name="model">The model.</param>
    /// <param name="images">[N, 3, H, W] in 0..1, on any device.</param>
    /// <param name="batchSize">How many images go through at once; it decides memory, not the result.</param>
    /// <returns>[N, 3, H, W] clipped to 0..1, on the processor. The caller owns it.</returns>
    /// <exception cref="ArgumentException">The images have another shape.</exception>
    public static Tensor Reconstruct(this Module<Tensor, Tensor> model, Tensor images, int batchSize = 32)
    {
        using var once = new Reconstructor(model);
        return once.ReconstructOnce(images, batchSize);
    }
}
