using AnomalyLab.Data;
using AnomalyLab.Models;
using AnomalyLab.Training;
using AnomalyLab.Visualization;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace AnomalyLab.Tests.Training;

public sealed class TrainerTests : IDisposable
{
    private readonly TempFolder folder = new();
    private readonly DisposeScope scope = NewDisposeScope();
    private readonly Tensor train, validation;

    public TrainerTests()
    {
        random.manual_seed(1);
        train = rand(6, 3, 32, 32);
        validation = rand(3, 3, 32, 32);
    }

    private static TrainingOptions Short => new() { Epochs = 3, BatchSize = 4, Precision = Precision.Fp32, Fp32Steps = 0 };

    public void Dispose()
    {
        scope.Dispose();
        folder.Dispose();
    }

    [Fact]
    public void Training_lowers_the_loss()
    {
        using var model = new Autoencoder();
        var result = new Trainer(Short with { Epochs = 8 }).Train(model, train, train);

        Assert.Equal(Enumerable.Range(1, 8), result.History.Select(e => e.Epoch));
        Assert.True(result.History[^1].TrainingLoss < 0.7 * result.History[0].TrainingLoss,
            $"from {result.History[0].TrainingLoss} only to {result.History[^1].TrainingLoss}");
        Assert.Equal(TrainingEnd.AllEpochs, result.End);
    }

    [Fact]
    public void The_same_seed_gives_the_same_losses_and_another_seed_others()
    {
        double[] Losses(int seed)
        {
            using var model = new Autoencoder(5);
            return [.. new Trainer(Short with { Seed = seed, Epochs = 2 }).Train(model, train, validation).History.Select(e => e.ValidationLoss)];
        }

        var first = Losses(0);
        Assert.Equal(first, Losses(0));
        Assert.NotEqual(first, Losses(1));
    }

    [Fact]
    public void The_model_and_the_checkpoint_hold_the_weights_of_the_best_epoch()
    {
        var path = folder.File("best.safetensors");
        using var model = new Autoencoder();
        var result = new Trainer(Short with { Epochs = 6, LearningRate = 0.02 }).Train(model, train, validation, path, "noise");

        Assert.Equal(1, MeanSquaredError(model, validation) / result.Best.ValidationLoss, 1e-4);

        using var loaded = new Autoencoder(99);
        var checkpoint = Checkpoint.Load(path, loaded);
        Assert.Equal(result.Options, checkpoint.Options);
        Assert.Equal(result.History.Take(result.Best.Epoch), checkpoint.History);
        Assert.Equal("noise", checkpoint.Data);
        Assert.Equal(1, MeanSquaredError(loaded, validation) / result.Best.ValidationLoss, 1e-4);
    }

    [Fact]
    public void Training_ends_when_patience_does()
    {
        using var model = new Autoencoder();
        var result = new Trainer(Short with { Epochs = 200, Patience = 2, LearningRate = 0.05 }).Train(model, train, validation);

        Assert.Equal(TrainingEnd.OutOfPatience, result.End);
        Assert.Equal(result.Best.Epoch + 2, result.History.Count);
    }

    [Fact]
    public void Interrupting_keeps_the_epochs_that_are_complete()
    {
        using var model = new Autoencoder();
        using var stop = new CancellationTokenSource();
        var progress = new ProgressRelay<TrainingProgress>(p => { if (p is { Epoch: 3, Step: 1 }) stop.Cancel(); });

        var result = new Trainer(Short with { Epochs = 100 }).Train(model, train, validation, progress: progress, cancellation: stop.Token);

        Assert.Equal(TrainingEnd.Interrupted, result.End);
        Assert.Equal(2, result.History.Count);
        Assert.Equal(1, MeanSquaredError(model, validation) / result.Best.ValidationLoss, 1e-4);
    }

    [Fact]
    public void The_last_report_says_why_training_ended()
    {
        using var model = new Autoencoder();
        using var stop = new CancellationTokenSource();
        List<TrainingProgress> reports = [];
        var progress = new ProgressRelay<TrainingProgress>(p =>
        {
            reports.Add(p);
            if (p is { Epoch: 2, Step: 1 })
                stop.Cancel();
        });

        new Trainer(Short).Train(model, train, validation, progress: progress, cancellation: stop.Token);

        Assert.Equal(TrainingEnd.Interrupted, reports[^1].End);
        Assert.Equal((1, 1, 1), (reports[^1].Epoch, reports[^1].History.Count, reports[^1].BestEpoch));
        Assert.All(reports.SkipLast(1), report => Assert.Null(report.End));
    }

    [Fact]
    public void A_run_leaves_a_line_beside_its_checkpoint_also_when_it_was_interrupted()
    {
        var path = folder.File("model.safetensors");
        using var model = new Autoencoder();
        using var stop = new CancellationTokenSource();

        var whole = new Trainer(Short).Train(model, train, validation, path, "noise");
        new Trainer(Short).Train(model, train, validation, path, "noise", new ProgressRelay<TrainingProgress>(p => { if (p is { Epoch: 2, Step: 1 }) stop.Cancel(); }), stop.Token);

        var runs = RunLog.Beside(path).Read().Runs;
        Assert.Equal([TrainingEnd.AllEpochs, TrainingEnd.Interrupted], runs.Select(run => run.End));
        Assert.Equal(("model.safetensors", "noise", Short), (runs[0].Model, runs[0].Data, runs[0].Options));
        Assert.Equal(whole.History.Select(e => e.ValidationLoss), runs[0].ValidationLosses);
        Assert.Equal(whole.History.Sum(e => e.Seconds), runs[0].Seconds);
    }

    [Fact]
    public void Interrupting_before_the_first_epoch_is_complete_says_that_nothing_is_kept()
    {
        using var model = new Autoencoder();
        var error = Assert.Throws<OperationCanceledException>(() =>
            new Trainer(Short).Train(model, train, validation, cancellation: new CancellationToken(true)));
        Assert.Contains("no weights to keep", error.Message);
    }

    [Fact]
    public void A_loss_that_turns_NaN_names_epoch_and_learning_rate_and_keeps_the_best_weights()
    {
        var path = folder.File("best.safetensors");
        using var model = new Autoencoder();
        using var poisoned = train.clone();
        var progress = new ProgressRelay<TrainingProgress>(p =>
        {
            if (p is { Epoch: 2, Step: 1 })
                poisoned.fill_(double.NaN);
        });

        var error = Assert.Throws<TrainingDivergedException>(() => new Trainer(Short).Train(model, poisoned, validation, path, progress: progress));

        Assert.Contains("NaN in epoch 2", error.Message);
        Assert.Contains("learningRate 0.001", error.Message);
        Assert.Contains("epoch 1, the best so far", error.Message);
        using var loaded = new Autoencoder();
        Assert.Equal(1, MeanSquaredError(model, validation) / Checkpoint.Load(path, loaded).History[^1].ValidationLoss, 1e-4);
    }

    [Fact]
    public void Progress_tells_of_every_batch_and_of_every_epoch_that_is_complete_and_of_the_end()
    {
        var seen = new List<(int Epoch, int Step, int Steps, int Done)>();
        using var model = new Autoencoder();
        new Trainer(Short with { Epochs = 2 }).Train(model, train, validation, progress: new ProgressRelay<TrainingProgress>(p => seen.Add((p.Epoch, p.Step, p.Steps, p.History.Count))));

        Assert.Equal([(1, 1, 2, 0), (1, 2, 2, 0), (1, 2, 2, 1), (2, 1, 2, 1), (2, 2, 2, 1), (2, 2, 2, 2), (2, 2, 2, 2)], seen);
    }

    [Theory]
    [InlineData(Precision.Fp32)]
    [InlineData(Precision.Bf16)]
    public void No_tensor_is_left_behind_by_an_epoch(Precision precision)
    {
        var living = new List<long>();
        using var model = new Autoencoder();
        LivingTensors.Count();
        new Trainer(Short with { Epochs = 5, Precision = precision }).Train(model, train, validation, folder.File("best.safetensors"),
            progress: new ProgressRelay<TrainingProgress>(p => { if (p.History.Count == p.Epoch && p.End is null) living.Add(Tensor.TotalCount); }));

        Assert.Equal(5, living.Count);
        Assert.True(living.Skip(1).Distinct().Count() == 1, $"living tensors after each epoch: {string.Join(", ", living)}");
    }

    [Fact]
    public void Fewer_than_no_steps_in_32_bits_cannot_be() =>
        Assert.Contains("fp32Steps is -1", Assert.Throws<ArgumentOutOfRangeException>((Short with { Fp32Steps = -1 }).Validate).Message);

    [Theory]
    [InlineData(0, 1, 1e-3, "epochs is 0")]
    [InlineData(1, 0, 1e-3, "batchSize is 0")]
    [InlineData(1, 1, 0, "learningRate is 0")]
    [InlineData(1, 1, double.NaN, "learningRate is NaN")]
    public void An_option_that_cannot_be_is_named(int epochs, int batchSize, double learningRate, string said)
    {
        using var model = new Autoencoder();
        var error = Assert.Throws<ArgumentOutOfRangeException>(() =>
            new Trainer(Short with { Epochs = epochs, BatchSize = batchSize, LearningRate = learningRate }).Train(model, train, validation));
        Assert.Contains(said, error.Message);
    }

    [Fact, Trait("Needs", "bfloat16")]
    public void Bfloat16_trains_about_as_well_as_32_bits_and_leaves_no_NaN()
    {
        Assert.SkipUnless(Precision.Auto.OnThisMachine() == Precision.Bf16, "This processor has no instructions for bfloat16; without them it takes minutes.");
        double[] Losses(Precision precision)
        {
            using var model = new Autoencoder();
            return [.. new Trainer(Short with { Precision = precision, Epochs = 10 }).Train(model, train, train).History.Select(e => e.TrainingLoss)];
        }

        var (fp32, bf16) = (Losses(Precision.Fp32), Losses(Precision.Bf16));
        Assert.NotEqual(fp32, bf16);
        Assert.Equal(1, bf16[0] / fp32[0], 0.05);
        Assert.Equal(1, bf16[^1] / fp32[^1], 0.2);
    }

    [Fact]
    public void Bfloat16_begins_after_the_first_steps_in_32_bits()
    {
        double[] Losses(TrainingOptions options)
        {
            using var model = new Autoencoder();
            return [.. new Trainer(options with { Epochs = 4 }).Train(model, train, validation).History.Select(e => e.TrainingLoss)];
        }

        var fp32 = Losses(Short);
        var bf16 = Losses(Short with { Precision = Precision.Bf16, Fp32Steps = 5 }); // two steps are an epoch

        Assert.Equal(fp32[..2], bf16[..2]);
        Assert.NotEqual(fp32[2], bf16[2]);
        Assert.Equal(1, bf16[2] / fp32[2], 0.01);
        Assert.NotEqual(bf16[2], Losses(Short with { Precision = Precision.Bf16, Fp32Steps = 4 })[2]);
        Assert.Equal(fp32, Losses(Short with { Precision = Precision.Bf16, Fp32Steps = 8 }));
    }

    [Fact]
    public void The_precision_that_was_used_is_recorded()
    {
        var path = folder.File("best.safetensors");
        using var model = new Autoencoder();
        new Trainer(Short with { Precision = Precision.Auto, Epochs = 1 }).Train(model, train, validation, path);
        Assert.Equal(Precision.Auto.OnThisMachine(), Checkpoint.Load(path, model).Options.Precision);
        Assert.NotEqual(Precision.Auto, Precision.Auto.OnThisMachine());
    }

    [Fact]
    public void A_network_put_together_by_hand_is_trained_as_the_course_s_is()
    {
        var path = folder.File("by-hand.safetensors");
        Sequential Block(int inputs, int outputs) => nn.Sequential(
            nn.Conv2d(inputs, outputs, kernel_size: 3, padding: 1), nn.BatchNorm2d(outputs), nn.ReLU(),
            nn.Conv2d(outputs, outputs, kernel_size: 3, padding: 1), nn.BatchNorm2d(outputs), nn.ReLU());
        Sequential Up(int inputs, int outputs) => nn.Sequential(
            nn.ConvTranspose2d(inputs, outputs, kernel_size: 2, stride: 2), nn.BatchNorm2d(outputs), nn.ReLU(), Block(outputs, outputs));
        random.manual_seed(5);
        using var byHand = nn.Sequential(Block(3, 16), nn.MaxPool2d(2), Block(16, 32), Up(32, 16), nn.Conv2d(16, 3, kernel_size: 1));
        using var model = new Autoencoder(5, 16, 32);

        var ofHand = new Trainer(Short).Train(byHand, train, validation, path);
        var ofModel = new Trainer(Short).Train(model, train, validation, path);

        Assert.Equal(ofModel.History.Select(e => (e.TrainingLoss, e.ValidationLoss)), ofHand.History.Select(e => (e.TrainingLoss, e.ValidationLoss)));
        Assert.Equal(["Sequential, 23,699 weights", "Autoencoder, 23,699 weights"], RunLog.Beside(path).Read().Runs.Select(run => run.Architecture));
        Assert.Contains("Sequential, 23,699 weights", Runs.Compare(RunLog.Beside(path)).ToString());
    }

    [Fact]
    public void A_model_that_FastTorch_does_not_know_is_trained_by_autograd_and_the_log_says_why()
    {
        using var log = new StringWriter();
        random.manual_seed(5);
        using var model = nn.Sequential(nn.Conv2d(3, 8, kernel_size: 3, padding: 1), nn.LeakyReLU(0.1), nn.Conv2d(8, 3, kernel_size: 3, padding: 1));

        var result = new Trainer(Short with { Epochs = 20, Precision = Precision.Bf16, LearningRate = 0.01 }, log: log).Train(model, train, validation);

        Assert.Equal($"Training in 32 bits, for 1 is a LeakyReLU, which is neither a layer that FastTorch knows nor a chain of layers.{Environment.NewLine}", log.ToString());
        Assert.Equal(Precision.Fp32, result.Options.Precision);
        Assert.True(result.Best.ValidationLoss < 0.5 * result.History[0].ValidationLoss);
    }

    [Fact]
    public void The_plain_way_counts_the_batches_of_a_normalisation()
    {
        random.manual_seed(5);
        using var model = nn.Sequential(("norm", nn.BatchNorm2d(3)), ("conv", nn.Conv2d(3, 3, kernel_size: 1)), ("drop", nn.Dropout(0)));
        new Trainer(Short with { Epochs = 1 }).Train(model, train, validation);

        Assert.Equal(2, model.state_dict()["norm.num_batches_tracked"].item<long>());
    }

    [Fact]
    public void Another_loss_is_made_small_and_named()
    {
        var path = folder.File("l1.safetensors");
        using var model = new Autoencoder(5, 16, 32);
        var result = new Trainer(Short, (output, images) => nn.functional.l1_loss(output, images)).Train(model, train, validation, path);

        using var _ = no_grad();
        model.eval();
        Assert.Equal(nn.functional.l1_loss(model.forward(validation), validation).item<float>(), result.Best.ValidationLoss, 1e-5);
        Assert.Equal("(output, images) => nn.functional.l1_loss(output, images)", RunLog.Beside(path).Read().Runs[0].Loss);
    }

    [Fact]
    public void Ten_steps_of_the_plain_optimiser_are_TorchSharps()
    {
        using var model = new Autoencoder(1, 16, 32);
        using var reference = new Autoencoder(1, 16, 32);
        using var adam = new AnomalyLab.Training.Adam(model.named_parameters(), 1e-3);
        using var theirs = optim.Adam(reference.parameters(), lr: 1e-3);
        for (var step = 1; step <= 10; step++)
        {
            foreach (var (mine, other) in model.parameters().Zip(reference.parameters()))
            {
                mine.grad = randn_like(mine);
                other.grad = mine.grad!.clone();
            }
            adam.Step();
            theirs.step();
            foreach (var (mine, other) in model.named_parameters().Zip(reference.named_parameters()))
                Assert.True((mine.parameter - other.parameter).abs().max().item<float>() <= 1e-6, $"{mine.name} after {step} steps");
        }
    }

    [Fact]
    public void An_exception_of_somebody_else_is_not_taken_for_a_loss_that_became_NaN_and_the_training_can_go_on()
    {
        var path = folder.File("best.safetensors");
        using var model = new Autoencoder(5, 16, 32);
        var thrown = Assert.Throws<InvalidOperationException>(() => new Trainer(Short).Train(model, train, validation, path,
            progress: new ProgressRelay<TrainingProgress>(p => { if (p is { Epoch: 2, Step: 1 }) throw new InvalidOperationException("not ours"); })));
        Assert.Equal("not ours", thrown.Message);

        using var log = new StringWriter();
        using var again = new Autoencoder(5, 16, 32);
        new Trainer(Short, log: log).Train(again, train, validation, path);

        Assert.Contains("Resuming after epoch 1", log.ToString());
    }

    private static float MeanSquaredError(Autoencoder model, Tensor images)
    {
        using var _ = no_grad();
        model.eval();
        return nn.functional.mse_loss(model.forward(images), images).item<float>();
    }
}
