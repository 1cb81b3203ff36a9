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
    public void The_options_of_the_later_notebooks_are_those_that_notebook_4_writes_out()
    {
        Assert.Equal(
            new() { Epochs = 3, BatchSize = 4, LearningRate = 0.5, Patience = 6, Schedule = LearningRateSchedule.OneCycle, Seed = 7 },
            TrainedModel.Options(epochs: 3, batchSize: 4, learningRate: 0.5, patience: 6, seed: 7, tutorial: false));
        Assert.Equal(new() { Seed = 7 }, TrainedModel.Options(3, 4, 0.5, 6, 7, tutorial: true));
    }

    [Fact]
    public void A_model_trained_on_other_data_does_not_begin_a_training_anew()
    {
        var (split, options) = Bottles();
        using var trained = new Autoencoder(2);
        new Checkpoint(TrainedModel.PathOf(split, 32, options), options, [new(1, 0.5, 0.25, 1)], "other bottles").Save(trained);
        using var log = new StringWriter();

        using var model = TrainedModel.LoadOrTrain(split, 32, options, log);
        File.Delete(TrainedModel.PathOf(split, 32, options));
        using var expected = TrainedModel.LoadOrTrain(split, 32, options, log);

        Assert.Contains("was trained on other bottles, not on", log.ToString());
        AssertSame(expected, model);
    }

    [Fact]
    public void A_model_that_a_machine_of_another_precision_trained_is_used()
    {
        var (split, options) = Bottles();
        var other = options with { Precision = options.Precision.OnThisMachine() == Precision.Bf16 ? Precision.Fp32 : Precision.Bf16 };
        var path = TrainedModel.PathOf(split, 32, other);
        using var trained = new Autoencoder(2);
        new Checkpoint(path, other, [new(1, 0.5, 0.25, 1)], TrainedModel.DataName(split, 32)).Save(trained);
        using var log = new StringWriter();

        using var model = TrainedModel.LoadOrTrain(split, 32, options, log);

        Assert.StartsWith($"Weights from {path}, trained on", log.ToString());
        AssertSame(trained, model);
    }

    private (DataSplit Split, TrainingOptions Options) Bottles()
    {
        SyntheticBottles.Draw(folder.File("bottle"), new() { TrainGood = 4, TestGood = 2, BrokenLarge = 1, BrokenSmall = 1, Contamination = 1, Size = 32 });
        return (DataSplit.From(MvtecCategory.FromFolder(folder.File("bottle"))).HoldOut(0.5), new() { Epochs = 1, Seed = 1 });
    }

    private static void AssertSame(Autoencoder expected, Autoencoder actual) =>
        Assert.All(expected.state_dict().Zip(actual.state_dict()), pair => Assert.True(pair.First.Value.allclose(pair.Second.Value, 0, 0), pair.First.Key));
}
