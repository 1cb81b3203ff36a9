using AnomalyLab.Evaluation;
using AnomalyLab.Models;
using AnomalyLab.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace AnomalyLab.Tests.Training;

/// <summary>
/// TorchSharp hands numbers to libtorch that a garbage collection on another thread may free first (lib/FastTorch/Numbers.cs).
/// With one every few milliseconds for minutes, each number that is not held would be met.
/// </summary>
public sealed class GarbageCollectionTests : IDisposable
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(1);

    private readonly DisposeScope scope = NewDisposeScope();
    private readonly bool[] isDefective = [.. Enumerable.Range(0, 8).Select(i => i % 2 == 1)];

    // Made before garbage is collected, for how they are made does not hold its numbers.
    private readonly Tensor train = Discs.Some(12, 32), test = Discs.Some(8, 32, seed: 2), defects = zeros(8, 32, 32, dtype: @bool);

    public GarbageCollectionTests()
    {
        foreach (var i in Enumerable.Range(0, 8).Where(i => isDefective[i]))
        {
            test[i, .., 10..14, 10..14].zero_();
            defects[i, 10..14, 10..14] = true;
        }
    }

    public void Dispose() => scope.Dispose();

    [Theory(Explicit = true)]
    [InlineData(Precision.Fp32, true)]
    [InlineData(Precision.Bf16, true)]
    [InlineData(Precision.Fp32, false)]
    public async Task For_minutes_they_change_no_loss_no_score_and_no_metric(Precision precision, bool isFused)
    {
        var expected = Work(precision, isFused);
        using var end = new CancellationTokenSource(Long);
        var collecting = Task.Run(() =>
        {
            while (!end.IsCancellationRequested)
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
                Thread.Sleep(2);
            }
        }, TestContext.Current.CancellationToken);

        var times = 0;
        for (; !end.IsCancellationRequested; times++)
            Assert.Equal(expected, Work(precision, isFused));
        await collecting;
        TestContext.Current.TestOutputHelper?.WriteLine($"{times} trainings");
        Assert.True(times > 1, $"only {times} trainings in {Long}");
    }

    /// <summary>Training, validation, scoring and metrics of a small network.</summary>
    /// <returns>All numbers of it.</returns>
    private double[] Work(Precision precision, bool isFused)
    {
        using var inner = NewDisposeScope();
        random.manual_seed(1);
        using var model = new Autoencoder(1, 16, 32);
        // A layer that FastTorch does not know sends the other one through autograd.
        using var plain = nn.Sequential(nn.Conv2d(3, 16, kernel_size: 3, padding: 1), nn.BatchNorm2d(16), nn.SELU(), nn.Conv2d(16, 3, kernel_size: 3, padding: 1));
        nn.Module<Tensor, Tensor> trained = isFused ? model : plain;
        var result = new Trainer(new TrainingOptions { Epochs = 4, BatchSize = 4, Precision = precision, Fp32Steps = 3 }).Train(trained, train, test);

        using var reconstructor = new Reconstructor(trained);
        var maps = AnomalyMap.Residual(test, reconstructor.Reconstruct(test));
        var one = AnomalyMap.Residual(test[..1], reconstructor.Reconstruct(test[..1]));
        using var calibration = PixelCalibration.From(AnomalyMap.Absolute(train, trained.Reconstruct(train)));
        var calibrated = calibration.Apply(AnomalyMap.Absolute(test, trained.Reconstruct(test)));
        var pixels = PixelMetrics.Of(MapSmoothing.Gaussian(calibrated, 1), defects);
        return
        [
            .. result.History.SelectMany(e => new[] { e.TrainingLoss, e.ValidationLoss }),
            .. AnomalyScore.Sum(maps), .. AnomalyScore.Sum(one), .. AnomalyScore.Maximum(calibrated),
            RocCurve.From(isDefective, AnomalyScore.Sum(maps)).Auc, pixels.Auroc, pixels.AuPro,
        ];
    }
}
