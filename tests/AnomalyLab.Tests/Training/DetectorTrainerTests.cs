using AnomalyLab.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace AnomalyLab.Tests.Training;

public sealed class DetectorTrainerTests : IDisposable
{
    private readonly DisposeScope scope = NewDisposeScope();
    private readonly Tensor train = Discs.Some(12, 32), validation = Discs.Some(4, 32, seed: 1);

    private static DetectorOptions Short => new() { Epochs = 2, BatchSize = 4 };

    public void Dispose() => scope.Dispose();

    [Fact]
    public void It_learns_to_find_a_spot_that_nobody_painted_for_it()
    {
        using var detector = new DetectorTrainer(Short with { Epochs = 15 }).Train(train, validation).Detector;
        var image = Discs.Some(1, 32, seed: 2);
        var spotted = image.clone();
        spotted[.., .., 18..24, 8..14] = 0.8;

        var difference = detector.Logits(spotted)[0] - detector.Logits(image)[0];
        var inside = difference[9..12, 4..7].mean().item<float>();
        Assert.True(inside > 2, $"the spot raises the logits by {inside} only");
        Assert.True(difference[.., 12..].mean().item<float>() < inside / 4, "the other side of the picture rises as well");
    }

    [Fact]
    public void The_same_seed_gives_the_same_losses_and_another_seed_others()
    {
        double[] Losses(int seed)
        {
            var (detector, training) = new DetectorTrainer(Short with { Seed = seed }).Train(train, validation);
            detector.Dispose();
            return [.. training.History.Select(e => e.ValidationLoss)];
        }

        var first = Losses(0);
        Assert.Equal(first, Losses(0));
        Assert.NotEqual(first, Losses(1));
    }

    [Fact]
    public void It_reports_every_step_every_epoch_and_the_end()
    {
        var reports = new List<TrainingProgress>();
        new DetectorTrainer(Short).Train(train, validation, progress: new Progress(reports.Add)).Detector.Dispose();

        Assert.Equal([(1, 1, 0), (1, 2, 0), (1, 3, 0), (1, 3, 1), (2, 1, 1), (2, 2, 1), (2, 3, 1), (2, 3, 2), (2, 3, 2)],
            reports.Select(r => (r.Epoch, r.Step, r.History.Count)));
        Assert.All(reports, r => Assert.Equal((2, 3), (r.Epochs, r.Steps)));
        Assert.Equal(TrainingEnd.AllEpochs, Assert.Single(reports, r => r.End is not null).End);
    }

    [Fact]
    public void Cancelled_it_keeps_the_epochs_that_are_complete()
    {
        using var cancellation = new CancellationTokenSource();
        var (detector, training) = new DetectorTrainer(Short with { Epochs = 9 }).Train(train, validation, null,
            new Progress(p => { if (p is { Epoch: 2, Step: 2 }) cancellation.Cancel(); }), cancellation.Token);
        detector.Dispose();

        Assert.Single(training.History);
        Assert.Equal(TrainingEnd.Interrupted, training.End);
    }

    [Fact]
    public void Cancelled_before_the_first_epoch_it_says_that_there_is_nothing_to_keep()
    {
        var error = Assert.Throws<OperationCanceledException>(() => new DetectorTrainer(Short).Train(train, validation, cancellation: new CancellationToken(true)));
        Assert.Contains("nothing to keep", error.Message);
    }

    [Fact]
    public void More_epochs_leave_no_more_tensors_behind()
    {
        long Left(int epochs)
        {
            var before = LivingTensors.Count();
            new DetectorTrainer(Short with { Epochs = epochs }).Train(train, validation).Detector.Dispose();
            return Tensor.TotalCount - before; // TorchSharp counts some of a disposed module's parameters on
        }

        Assert.Equal(Left(1), Left(3));
    }

    [Fact]
    public void Options_that_cannot_be_are_named()
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => new DetectorTrainer(Short with { Epochs = 0 }).Train(train, validation));
        Assert.StartsWith("epochs is 0", error.Message);
    }

    private sealed class Progress(Action<TrainingProgress> report) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => report(value);
    }
}
