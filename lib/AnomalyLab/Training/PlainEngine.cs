using FastTorch;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AnomalyLab.Training;

/// <summary>Trains any model on any device, by autograd and <see cref="Adam"/>.</summary>
/// <param name="chain">Knows the model's layers, for bfloat16; without it, everything is computed in 32 bits.</param>
/// <param name="model">The model.</param>
/// <param name="options">How to train.</param>
/// <param name="loss">Computes one number from output and images; the mean squared error if left out.</param>
internal sealed class PlainEngine(FastModel? chain, Module<Tensor, Tensor> model, TrainingOptions options, Func<Tensor, Tensor, Tensor>? loss) : TrainingEngine
{
    private readonly Adam adam = new(model.named_parameters(), options.LearningRate);

    public override string Name => "plain";

    public override Precision Precision => chain is null ? Precision.Fp32 : options.Precision;

    public override double LearningRate { set => adam.LearningRate = value; }

    public override int Steps { get => adam.Steps; set => adam.Steps = value; }

    public override IEnumerable<(string Name, Tensor Tensor)> State => adam.State;

    public override Tensor Step(Tensor images)
    {
        using var scope = NewDisposeScope();
        adam.ZeroGrad();
        var isBf16 = Precision == Precision.Bf16 && Steps >= options.Fp32Steps;
        Tensor output;
        using (new BatchCounts(model))
            output = isBf16 ? chain!.Forward(images, bf16: true) : model.call(images);
        var error = (loss ?? MeanSquaredError)(output, images);
        error.backward();
        adam.Step();
        return error.detach().MoveToOuterDisposeScope(); // without the graph that led to it
    }

    public override void Dispose() => adam.Dispose();
}
