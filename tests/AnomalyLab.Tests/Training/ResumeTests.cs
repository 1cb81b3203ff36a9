using System.Diagnostics;
using System.IO.Pipes;
using AnomalyLab.Data;
using AnomalyLab.Models;
using AnomalyLab.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace AnomalyLab.Tests.Training;

public sealed class ResumeTests : IDisposable
{
    private const string Into = "ANOMALYLAB_TEST_TRAIN_INTO", Pipe = "ANOMALYLAB_TEST_PIPE";

    private readonly TempFolder folder = new();
    private readonly DisposeScope scope = NewDisposeScope();
    private readonly StringWriter log = new();
    private readonly Tensor train, validation;

    public ResumeTests()
    {
        random.manual_seed(1);
        train = rand(6, 3, 32, 32);
        validation = rand(3, 3, 32, 32);
    }

    // A large rate, so that some epochs are not the best so far.
    private TrainingOptions Options => new() { Epochs = 4, BatchSize = 4, LearningRate = 0.02, Schedule = LearningRateSchedule.OneCycle, Precision = precision, Fp32Steps = 5 };

    private Precision precision = Precision.Fp32;

    public void Dispose()
    {
        scope.Dispose();
        folder.Dispose();
    }

    /// <summary>Not a test of its own: what the killed process does.</summary>
    [Fact(Explicit = true)]
    public void Train_and_tell_each_step()
    {
        using var pipe = new NamedPipeClientStream(".", Environment.GetEnvironmentVariable(Pipe)!, PipeDirection.Out);
        pipe.Connect();
        using var teller = new StreamWriter(pipe) { AutoFlush = true };
        Train(Environment.GetEnvironmentVariable(Into)!, new ProgressRelay<TrainingProgress>(p => teller.WriteLine($"{p.Epoch}.{p.Step} {p.History.Count}")));
    }

    [Theory]
    [InlineData("3.1 2")] // in the middle of an epoch
    [InlineData("3.2 2")] // before its validation and saving, which may be under way
    public void A_killed_training_ends_as_if_it_had_never_been(string at)
    {
        var (whole, expected) = Train(folder.File("whole.safetensors"));

        var path = folder.File("killed.safetensors");
        TrainAndKill(path, at);
        var (resumed, weights) = Train(path);

        Assert.Matches(@"Resuming after epoch [23] of a training", log.ToString());
        Assert.Equal(Losses(whole), Losses(resumed));
        Assert.All(expected.Zip(weights), w => Assert.True(w.First.Value.Equals(w.Second.Value), $"{w.First.Key} differs"));
        using var loaded = new Autoencoder();
        Assert.Equal(whole.Best.ValidationLoss, Checkpoint.Load(path, loaded).History[^1].ValidationLoss);
        Assert.Equal([path, folder.File("whole.safetensors")], Directory.GetFiles(folder.Path, "*.safetensors*").Where(f => !f.EndsWith(".partial", StringComparison.Ordinal)).Order());
    }

    /// <summary>The states of the folder in which a process is killed, each as soon as it is seen, and what they come between.</summary>
    [Theory]
    [InlineData("*.resume.*.partial", "")] // the first file to go on from
    [InlineData("*.resume.*.partial", "*.safetensors")] // a later one
    [InlineData("*.safetensors*", "*.resume")] // the checkpoint after it, half or whole
    public void Killed_while_it_writes_a_training_leaves_one_truth(string appears, string isThere)
    {
        var (whole, expected) = Train(folder.File("whole", "whole.safetensors"));
        var path = folder.File("killed", "killed.safetensors");
        var hasAppeared = Appearing(Path.GetDirectoryName(path)!, appears, isThere);
        TrainAndKill(path, (told, process) =>
        {
            var reading = told.ReadToEndAsync(); // or the process would wait
            while (!process.HasExited)
            {
                if (hasAppeared())
                    return true;
                Thread.Sleep(1);
            }
            return false;
        });

        var (resumed, weights) = Train(path);

        Assert.Equal(Losses(whole), Losses(resumed));
        Assert.All(expected.Zip(weights), w => Assert.True(w.First.Value.Equals(w.Second.Value), $"{w.First.Key} differs"));
        using var loaded = new Autoencoder();
        var checkpoint = Checkpoint.Load(path, loaded);
        Assert.Equal(whole.Best.Epoch, checkpoint.History.Count);
        Assert.All(expected.Zip(loaded.state_dict().Values), w => Assert.True(w.First.Value.Equals(w.Second), $"{w.First.Key} in the checkpoint differs"));
        Assert.Single(RunLog.Beside(path).Read().Runs);
        Assert.Equal([path, Path.Combine(Path.GetDirectoryName(path)!, "runs.jsonl")], Directory.GetFiles(Path.GetDirectoryName(path)!).Order());
    }

    [Fact]
    public void Killed_between_its_line_and_the_end_of_the_file_to_go_on_from_a_training_leaves_one_line()
    {
        var path = folder.File("ended.safetensors");
        var (whole, expected) = Train(path, new ProgressRelay<TrainingProgress>(p =>
        {
            if (p.History.Count == Options.Epochs && p.End is null)
                File.Copy(ResumeFile.PathOf(path), folder.File("kept"));
        }));
        File.Move(folder.File("kept"), ResumeFile.PathOf(path));

        var (again, weights) = Train(path);

        Assert.Equal(Losses(whole), Losses(again));
        Assert.All(expected.Zip(weights), w => Assert.True(w.First.Value.Equals(w.Second.Value), $"{w.First.Key} differs"));
        Assert.Single(RunLog.Beside(path).Read().Runs);
        Assert.False(File.Exists(ResumeFile.PathOf(path)));
    }

    [Fact]
    public void A_checkpoint_that_is_behind_the_file_to_go_on_from_is_written_anew_before_anything_else()
    {
        var path = folder.File("behind.safetensors");
        Interrupt(path, epoch: 3);
        using var loaded = new Autoencoder();
        var best = Checkpoint.Load(path, loaded);
        // As if the process had ended before it could write the checkpoint of its last epochs.
        (best with { History = [] }).Save(loaded);

        Train(path, cancellation: new CancellationToken(true));

        Assert.Equal(best.History, Checkpoint.Load(path, loaded).History);
    }

    [Theory]
    [InlineData(Precision.Fp32, 3)]
    [InlineData(Precision.Bf16, 3)] // one more step in 32 bits
    [InlineData(Precision.Bf16, 4)] // none
    public void An_interrupted_training_goes_on_where_it_was(Precision used, int epoch)
    {
        precision = used;
        var (whole, expected) = Train(folder.File("whole.safetensors"));
        var path = folder.File("stopped.safetensors");
        Interrupt(path, epoch);
        Assert.False(File.Exists(ResumeFile.PathOf(path)), "an interruption on purpose must not look like a killed training");

        var (resumed, weights) = Train(path);

        Assert.Contains($"Resuming after epoch {epoch - 1}", log.ToString());
        Assert.Equal(Losses(whole), Losses(resumed));
        Assert.All(expected.Zip(weights), w => Assert.True(w.First.Value.Equals(w.Second.Value), $"{w.First.Key} differs"));
    }

    [Fact]
    public void A_training_that_ended_leaves_its_checkpoint_and_its_line_and_nothing_else()
    {
        var path = folder.File("best.safetensors");
        Train(path);
        Assert.Equal([path, folder.File("runs.jsonl")], Directory.GetFiles(folder.Path).Order());
    }

    [Fact]
    public void Who_deletes_the_checkpoint_begins_anew()
    {
        var path = folder.File("best.safetensors");
        Interrupt(path, epoch: 2);
        File.Delete(path);
        Assert.Throws<OperationCanceledException>(() => Train(path, cancellation: new CancellationToken(true)));
        Assert.Equal("", log.ToString());
    }

    [Theory]
    [InlineData("other options", "belongs to a training with other options")]
    [InlineData("other images", "belongs to a training with other options, images")]
    [InlineData("other weights", "belongs to a training with other options, images or first weights")]
    [InlineData("cut off", "is cut off")]
    [InlineData("one byte", "is damaged")]
    [InlineData("text", "is not a safetensors file")]
    public void A_file_of_another_training_or_a_damaged_one_is_named_and_not_used(string what, string said)
    {
        var path = folder.File("best.safetensors");
        Interrupt(path, epoch: 2);
        var file = Path.ChangeExtension(path, ".stopped");
        var bytes = File.ReadAllBytes(file);
        if (what == "cut off")
            File.WriteAllBytes(file, bytes[..^1000]);
        if (what == "one byte")
        {
            bytes[^1000] ^= 1;
            File.WriteAllBytes(file, bytes);
        }
        if (what == "text")
            File.WriteAllText(file, "not a file of tensors");
        if (what == "other images")
            train[0, 0, 0, 0] = 0.5;

        using var model = new Autoencoder(what == "other weights" ? 6 : 5);
        var options = what == "other options" ? Options with { LearningRate = 0.03 } : Options;
        // Cancelled at once: with no epoch to go on from, there is nothing to keep.
        Assert.Throws<OperationCanceledException>(() => new Trainer(options, log: log)
            .Train(model, train, validation, path, "noise", cancellation: new CancellationToken(true)));

        Assert.Contains(file, log.ToString());
        Assert.Contains(said, log.ToString());
        Assert.Contains("Training from the start.", log.ToString());
    }

    [Theory]
    [InlineData(1.000001, "Resuming after epoch 1")] // another number of threads rounds like this
    [InlineData(1.01, "belongs to a training with other options")]
    public void A_training_is_resumed_with_the_same_loss_only_however_that_is_rounded(double times, string said)
    {
        using var model = new Autoencoder(5);
        using var stop = new CancellationTokenSource();
        void Train(double factor, CancellationToken cancellation) => new Trainer(Options, (output, images) => nn.functional.mse_loss(output, images).mul(factor.ToScalar()), log: log, lossName: "loss")
            .Train(model, train, validation, folder.File("best.safetensors"), "noise", new ProgressRelay<TrainingProgress>(p => { if (p.Epoch == 2) stop.Cancel(); }), cancellation);
        var weights = model.state_dict().ToDictionary(w => w.Key, w => w.Value.detach().clone());
        Train(1, stop.Token);
        model.load_state_dict(weights);

        _ = Record.Exception(() => Train(times, new CancellationToken(true)));

        Assert.Contains(said, log.ToString());
    }

    private (TrainingResult Result, Dictionary<string, Tensor> Weights) Train(
        string path, IProgress<TrainingProgress>? progress = null, CancellationToken cancellation = default)
    {
        using var model = new Autoencoder(5);
        var result = new Trainer(Options, log: log).Train(model, train, validation, path, "noise", progress, cancellation);
        return (result, model.state_dict().ToDictionary(w => w.Key, w => w.Value.detach().clone()));
    }

    private void Interrupt(string path, int epoch)
    {
        using var stop = new CancellationTokenSource();
        var progress = new ProgressRelay<TrainingProgress>(p =>
        {
            if (p.Epoch == epoch)
                stop.Cancel();
        });
        Assert.Equal(TrainingEnd.Interrupted, Train(path, progress, stop.Token).Result.End);
    }

    /// <summary>Whether what is waited for has appeared in a folder that already holds the other.</summary>
    private static Func<bool> Appearing(string folder, string appears, string isThere) => () =>
        Directory.Exists(folder) && (isThere == "" || Directory.GetFiles(folder, isThere).Length > 0) && Directory.GetFiles(folder, appears).Length > 0;

    private static void TrainAndKill(string path, string at) => TrainAndKill(path, (told, _) =>
    {
        string? line;
        do
            line = told.ReadLine();
        while (line is not null && line != at);
        return line == at;
    });

    private static void TrainAndKill(string path, Func<StreamReader, Process, bool> isTime)
    {
        var name = $"anomalylab-{Guid.NewGuid():N}";
        using var pipe = new NamedPipeServerStream(name, PipeDirection.In, 1, PipeTransmissionMode.Byte, PipeOptions.Asynchronous);
        var start = new ProcessStartInfo(Environment.ProcessPath!,
            ["--explicit", "only", "--filter-method", $"*{nameof(ResumeTests)}.{nameof(Train_and_tell_each_step)}"])
        {
            RedirectStandardOutput = true,
            Environment = { [Into] = path, [Pipe] = name },
        };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        using var timeout = new CancellationTokenSource(TimeSpan.FromMinutes(10));
        var isKilled = false;
        try
        {
            pipe.WaitForConnectionAsync(timeout.Token).GetAwaiter().GetResult();
            using var told = new StreamReader(pipe);
            isKilled = isTime(told, process);
        }
        finally
        {
            process.Kill();
            process.WaitForExit();
        }
        Assert.True(isKilled, $"The training ended before it could be killed: {output.GetAwaiter().GetResult()}");
    }

    private static (double, double)[] Losses(TrainingResult result) => [.. result.History.Select(e => (e.TrainingLoss, e.ValidationLoss))];
}
