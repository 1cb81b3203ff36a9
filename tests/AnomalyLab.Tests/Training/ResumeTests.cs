using System.Diagnostics;
using System.IO.Pipes;
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
    private TrainingOptions Options => new() { Epochs = 4, BatchSize = 4, LearningRate = 0.02, Precision = precision, Fp32Steps = 5 };

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
        Train(Environment.GetEnvironmentVariable(Into)!, new Reports(p => teller.WriteLine($"{p.Epoch}.{p.Step} {p.History.Count}")));
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
        var progress = new Reports(p =>
        {
            if (p.Epoch == epoch)
                stop.Cancel();
        });
        Assert.Equal(TrainingEnd.Interrupted, Train(path, progress, stop.Token).Result.End);
    }

    private static void TrainAndKill(string path, string at)
    {
        var name = $"anomalylab-{Guid.NewGuid():N}";
        using var pipe = new NamedPipeServerStream(name, PipeDirection.In);
        var start = new ProcessStartInfo(Environment.ProcessPath!,
            ["--explicit", "only", "--filter-method", $"*{nameof(ResumeTests)}.{nameof(Train_and_tell_each_step)}"])
        {
            RedirectStandardOutput = true,
            Environment = { [Into] = path, [Pipe] = name },
        };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        using var timeout = new CancellationTokenSource(TimeSpan.FromMinutes(10));
        try
        {
            pipe.WaitForConnectionAsync(timeout.Token).GetAwaiter().GetResult();
            using var told = new StreamReader(pipe);
            string? line;
            do
                line = told.ReadLineAsync(timeout.Token).AsTask().GetAwaiter().GetResult();
            while (line is not null && line != at);
            Assert.True(line == at, $"The training ended before {at}: {(line is null ? output.GetAwaiter().GetResult() : line)}");
        }
        finally
        {
            process.Kill();
            process.WaitForExit();
        }
    }

    private static (double, double)[] Losses(TrainingResult result) => [.. result.History.Select(e => (e.TrainingLoss, e.ValidationLoss))];

    private sealed class Reports(Action<TrainingProgress> report) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => report(value);
    }
}
