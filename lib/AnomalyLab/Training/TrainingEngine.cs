using AnomalyLab.Display;
using FastTorch;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AnomalyLab.Training;

/// <summary>Computes the steps of one training: forward, loss, gradients and the optimiser's update.</summary>
internal abstract class TrainingEngine : IDisposable
{
    /// <summary>Its name in resume files: engines round differently, so one cannot continue another's training.</summary>
    public abstract string Name { get; }

    /// <summary>The precision of its convolutions after the first steps.</summary>
    public abstract Precision Precision { get; }

    /// <summary>The size of the optimiser's next steps.</summary>
    public abstract double LearningRate { set; }

    /// <summary>How many steps were made.</summary>
    public abstract int Steps { get; set; }

    /// <summary>The optimiser's state, by name.</summary>
    public abstract IEnumerable<(string Name, Tensor Tensor)> State { get; }

    /// <summary>The fused engine where FastTorch can train the model, else the plain one.</summary>
    /// <param name="model">The model, on the device to compute on.</param>
    /// <param name="options">How to train; the precision must not be <see cref="Precision.Auto"/>.</param>
    /// <param name="loss">Computes one number from output and images; the mean squared error if left out.</param>
    /// <param name="log">Where to say that bfloat16 is not possible.</param>
    public static TrainingEngine For(Module<Tensor, Tensor> model, TrainingOptions options, Func<Tensor, Tensor, Tensor>? loss, TextWriter log)
    {
        var fast = FastModel.Of(model, out var reason);
        if (fast is { NotFused: null })
            return new FusedEngine(fast, model, options, loss);
        if (fast is null && options.Precision == Precision.Bf16)
            log.WriteLine(Texts.Format($"Training in 32 bits, for {reason}."));
        return new PlainEngine(fast, model, options, loss);
    }

    /// <summary>One step.</summary>
    /// <param name="images">[N, 3, H, W] on the model's device; the model is in training mode.</param>
    /// <returns>The loss before the step, one number. The caller owns it.</returns>
    public abstract Tensor Step(Tensor images);

    /// <inheritdoc/>
    public abstract void Dispose();

    /// <summary>The default loss, the mean squared error.</summary>
    public static Tensor MeanSquaredError(Tensor output, Tensor images) => functional.mse_loss(output, images);
}
