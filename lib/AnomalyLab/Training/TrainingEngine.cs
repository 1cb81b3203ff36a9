using FastTorch;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AnomalyLab.Training;

/// <summary>How the steps of one training are computed: forward, loss, gradients, and the optimiser's move.</summary>
internal abstract class TrainingEngine : IDisposable
{
    /// <summary>What it is called where a training says how it was computed: other engines round otherwise.</summary>
    public abstract string Name { get; }

    /// <summary>What its convolutions compute in after the first steps.</summary>
    public abstract Precision Precision { get; }

    /// <summary>How many steps were made.</summary>
    public abstract int Steps { get; set; }

    /// <summary>What the optimiser knows from the steps so far, by name.</summary>
    public abstract IEnumerable<(string Name, Tensor Tensor)> State { get; }

    /// <summary>The fused engine where FastTorch can train the model, else the plain one.</summary>
    /// <param name="model">The model, on the device to compute on.</param>
    /// <param name="options">How to train; their precision is one that is computed in.</param>
    /// <param name="loss">Makes one number of output and images; the mean squared error if left out.</param>
    /// <param name="log">Where to say that bfloat16 cannot be had.</param>
    public static TrainingEngine For(Module<Tensor, Tensor> model, TrainingOptions options, Func<Tensor, Tensor, Tensor>? loss, TextWriter log)
    {
        var fast = FastModel.Of(model, out var reason);
        if (fast is { NotFused: null })
            return new FusedEngine(fast, model, options, loss);
        if (fast is null && options.Precision == Precision.Bf16)
            log.WriteLine($"Training in 32 bits, for {reason}.");
        return new PlainEngine(fast, model, options, loss);
    }

    /// <summary>One step.</summary>
    /// <param name="images">[N, 3, H, W] on the model's device, which is in training mode.</param>
    /// <returns>The loss before the step, one number. The caller owns it.</returns>
    public abstract Tensor Step(Tensor images);

    /// <inheritdoc/>
    public abstract void Dispose();

    /// <summary>How far apart two tensors of one shape are.</summary>
    public static Tensor MeanSquaredError(Tensor output, Tensor images) => functional.mse_loss(output, images);
}
