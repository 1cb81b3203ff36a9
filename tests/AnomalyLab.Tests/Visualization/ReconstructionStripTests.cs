using AnomalyLab.Data;
using AnomalyLab.Training;
using AnomalyLab.Visualization;
using TorchSharp;
using static TorchSharp.torch;

namespace AnomalyLab.Tests.Visualization;

public sealed class ReconstructionStripTests : IDisposable
{
    private readonly TempFolder folder = new();
    private readonly DisposeScope scope = NewDisposeScope();
    private readonly Tensor images = rand(4, 3, 8, 8);

    public void Dispose()
    {
        scope.Dispose();
        folder.Dispose();
    }

    [Fact]
    public void It_shows_the_input_and_its_copy_after_each_epoch_asked_for_that_was_reached()
    {
        var strip = Train(epochs: 6, look: [1, 4, 20]);

        Assert.Equal(["input", "after epoch 1", "after epoch 4"], strip.Show().Pictures.Select(p => p.Caption));
        Assert.Equal(3, strip.Show().Pictures.Select(p => Convert.ToHexString(p.Picture.Rgb)).Distinct().Count());
    }

    [Fact]
    public void A_training_that_was_stopped_and_resumed_has_all_its_pictures()
    {
        using var stop = new CancellationTokenSource();
        Train(epochs: 6, look: [1, 4], new ProgressRelay<TrainingProgress>(progress =>
        {
            if (progress.History.Count == 2)
                stop.Cancel();
        }), stop.Token);

        var strip = Train(epochs: 6, look: [1, 4]);

        Assert.Equal(["input", "after epoch 1", "after epoch 4"], strip.Show().Pictures.Select(p => p.Caption));
    }

    [Fact]
    public void It_shows_nothing_of_an_earlier_and_longer_training()
    {
        Train(epochs: 6, look: [1, 4]);

        var strip = Train(epochs: 2, look: [1, 4]);

        Assert.Equal(["input", "after epoch 1"], strip.Show().Pictures.Select(p => p.Caption));
    }

    private ReconstructionStrip Train(int epochs, int[] look, IProgress<TrainingProgress>? progress = null, CancellationToken cancellation = default)
    {
        random.manual_seed(1);
        var model = nn.Sequential(nn.Conv2d(3, 3, 1));
        var options = new TrainingOptions { Epochs = epochs, BatchSize = 2, LearningRate = 0.05, Precision = Precision.Fp32 };
        var strip = new ReconstructionStrip(model, images[..1], look, folder.File("a.safetensors"), progress);
        new Trainer(options, log: TextWriter.Null).Train(model, images, images, folder.File("a.safetensors"), "noise", strip, cancellation);
        return strip;
    }
}
