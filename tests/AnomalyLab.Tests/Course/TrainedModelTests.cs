using AnomalyLab.Course;
using AnomalyLab.Data;
using AnomalyLab.Models;
using AnomalyLab.Training;

namespace AnomalyLab.Tests.Course;

public sealed class TrainedModelTests : IDisposable
{
    private const string Output = "ANOMALYLAB_OUTPUT";

    private readonly TempFolder folder = new();
    private readonly string? before = Environment.GetEnvironmentVariable(Output);

    public TrainedModelTests() => Environment.SetEnvironmentVariable(Output, folder.Path);

    public void Dispose()
    {
        Environment.SetEnvironmentVariable(Output, before);
        folder.Dispose();
    }

    [Fact]
    public void A_model_that_a_machine_of_another_precision_trained_is_used()
    {
        SyntheticBottles.Draw(folder.File("bottle"), new() { TrainGood = 4, TestGood = 2, BrokenLarge = 1, BrokenSmall = 1, Contamination = 1, Size = 32 });
        var split = DataSplit.From(MvtecCategory.FromFolder(folder.File("bottle")));
        var options = new TrainingOptions { Epochs = 1, Seed = 1 };
        var other = options with { Precision = options.Precision.OnThisMachine() == Precision.Bf16 ? Precision.Fp32 : Precision.Bf16 };
        var path = TrainedModel.PathOf(split, 32, other);
        using var trained = new Autoencoder(2);
        new Checkpoint(path, other, [new(1, 0.5, 0.25, 1)], TrainedModel.DataName(split, 32)).Save(trained);
        using var log = new StringWriter();

        using var model = TrainedModel.LoadOrTrain(split, 32, options, log);

        Assert.StartsWith($"Weights from {path}, trained on", log.ToString());
        Assert.All(trained.state_dict().Zip(model.state_dict()), pair => Assert.True(pair.First.Value.allclose(pair.Second.Value, 0, 0), pair.First.Key));
    }
}
