using System.Diagnostics;
using System.Text.Json;
using AnomalyLab.Data;
using AnomalyLab.Models;
using AnomalyLab.Training;

namespace AnomalyLab.Benchmarks;

/// <summary>What a training in a process of its own tells.</summary>
/// <param name="First">Seconds from the start of the process to the start of the first epoch.</param>
/// <param name="Opening">Seconds that opening the images took.</param>
/// <param name="Images">Training images that went through after the first step.</param>
/// <param name="Steps">Seconds from the first step to the last.</param>
/// <param name="Epochs">Seconds of each epoch but the first, saving included.</param>
/// <param name="Resident">Memory after each epoch, in MiB.</param>
/// <param name="Peak">The most memory, in MiB.</param>
internal sealed record TrainingRun(
    double First, double Opening, int Images, double Steps, double[] Epochs, double[] Resident, double Peak);

/// <summary>Trains in a process of its own: cold, and with a memory of its own.</summary>
internal static class TrainingProcess
{
    /// <summary>Starts the process and waits for it.</summary>
    /// <param name="samples">Folder of the category, or of images alone.</param>
    /// <param name="cache">Where decoded images are kept.</param>
    /// <param name="options">How to train.</param>
    /// <param name="memory">How many bytes the images may take.</param>
    /// <param name="steps">Where to end before that.</param>
    /// <param name="plain">Whether FastTorch is switched off.</param>
    public static TrainingRun Run(string samples, string cache, TrainingOptions options, long memory = 1L << 30, int steps = int.MaxValue, bool plain = false)
    {
        var start = new ProcessStartInfo("dotnet",
            [typeof(TrainingProcess).Assembly.Location, "in-process", samples, cache, JsonSerializer.Serialize(options), $"{memory}", $"{steps}", $"{DateTime.UtcNow.Ticks}"])
        {
            RedirectStandardOutput = true,
        };
        if (plain)
            start.Environment[FastTorch.Startup.Switch] = "off";
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0
            ? JsonSerializer.Deserialize<TrainingRun>(output)!
            : throw new InvalidOperationException($"The training ended with exit code {process.ExitCode}: {output}");
    }

    /// <summary>The process.</summary>
    public static int Train(string[] args)
    {
        var (folder, cache, began) = (args[0], new ImageCache(args[1]), new DateTime(long.Parse(args[5]), DateTimeKind.Utc));
        var (memory, most) = (long.Parse(args[3]), int.Parse(args[4]));
        var options = JsonSerializer.Deserialize<TrainingOptions>(args[2])!;

        var clock = Stopwatch.StartNew();
        Sample[] train, held;
        if (Directory.Exists(Path.Combine(folder, "train")))
        {
            var split = DataSplit.From(MvtecCategory.FromFolder(folder)).MoveGoodToTest(43).HoldOut(0.2);
            (train, held) = ([.. split.Train], [.. split.Validation]);
        }
        else
        {
            train = [.. Directory.GetFiles(folder).Order(StringComparer.Ordinal).Select(file => new Sample(file, Sample.Good))];
            held = [train[0]];
        }
        using var images = ImageSet.Open(train, 128, memory, cache);
        using var validation = ImageSet.Open(held, 128, memory, cache);
        var opening = clock.Elapsed.TotalSeconds;

        var (done, seen) = (0, 0);
        List<double> ends = [], resident = [];
        using var stop = new CancellationTokenSource();
        var progress = new Reports(p =>
        {
            if (p.End is not null)
                return;
            if (p.History.Count == p.Epoch)
            {
                ends.Add(clock.Elapsed.TotalSeconds);
                resident.Add(Process.GetCurrentProcess().WorkingSet64 / 1048576.0);
                return;
            }
            if (++done == 1)
            {
                clock.Restart();
                return;
            }
            seen += p.Step < p.Steps ? options.BatchSize : train.Length - options.BatchSize * (p.Steps - 1);
            if (done > most)
                stop.Cancel();
        });
        using var model = new Autoencoder();
        var first = (DateTime.UtcNow - began).TotalSeconds;
        try
        {
            new Trainer(options).Train(model, images, validation, most < int.MaxValue ? null : Path.Combine(args[1], "model.safetensors"), "benchmark", progress, stop.Token);
        }
        catch (OperationCanceledException)
        {
            // fewer steps than an epoch has
        }
        Console.WriteLine(JsonSerializer.Serialize(new TrainingRun(first, opening, seen, clock.Elapsed.TotalSeconds,
            [.. ends.Zip(ends.Skip(1), (a, b) => b - a)], [.. resident], Process.GetCurrentProcess().PeakWorkingSet64 / 1048576.0)));
        return 0;
    }

    private sealed class Reports(Action<TrainingProgress> report) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => report(value);
    }
}
