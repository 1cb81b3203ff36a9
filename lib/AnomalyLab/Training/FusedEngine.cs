using FastTorch;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AnomalyLab.Training;

/// <summary>Trains models that FastTorch recognises, on the processor.</summary>
internal sealed class FusedEngine : TrainingEngine
{
    private readonly FastModel fast;
    private readonly TrainingOptions options;
    private readonly Func<Tensor, Tensor, Tensor>? loss;
    private readonly FastTorch.Adam adam;

    public FusedEngine(FastModel fast, Module<Tensor, Tensor> model, TrainingOptions options, Func<Tensor, Tensor, Tensor>? loss)
    {
        (this.fast, this.options, this.loss) = (fast, options, loss);
        fast.StoreChannelsLast();
        adam = new FastTorch.Adam(model.named_parameters(), options.LearningRate);
    }

    public override string Name => "fused";

    public override Precision Precision => options.Precision;

    public override double LearningRate { set => adam.LearningRate = value; }

    public override int Steps { get => adam.Steps; set => adam.Steps = value; }

    public override IEnumerable<(string Name, Tensor Tensor)> State => adam.State;

    public override Tensor Step(Tensor images)
    {
        adam.ZeroGrad();
        var error = fast.Backpropagate(images, images, loss, bf16: options.Precision == Precision.Bf16 && Steps >= options.Fp32Steps);
        adam.Step();
        return error;
    }

    public override void Dispose() => adam.Dispose();
}
