using System.Diagnostics;
using System.Runtime.InteropServices;
using AnomalyLab.Data;
using AnomalyLab.Evaluation;
using AnomalyLab.Models;
using AnomalyLab.Training;
using TorchSharp;

namespace AnomalyLab.Benchmarks;

/// <summary>The rows of the table, each measured when it is asked for.</summary>
internal sealed partial class Measures(MvtecCategory category, string? python, WorkFolder work)
{
    private const int BatchSize = 32, ImageSize = 128;

    private readonly DataSplit split = DataSplit.From(category).MoveGoodToTest(43).HoldOut(0.2);
    private readonly Lazy<PythonRecipe?> recipe = new(() => python is null ? null : PythonRecipe.Run(python, category.Folder));
    private readonly Lazy<TrainingRun> training = new(() => TrainingProcess.Run(category.Folder, work.New(), Course));

    /// <summary>How the course trains.</summary>
    private static TrainingOptions Course => new() { Epochs = 30 };

    /// <summary>What it computes in after its first steps.</summary>
    private static Precision Default => Course.Precision.OnThisMachine();

    /// <summary>How many of its epochs are in 32 bits.</summary>
    private int Fp32Epochs => Default == Precision.Fp32 ? Course.Epochs : Course.Fp32Steps / ((split.Train.Count + BatchSize - 1) / BatchSize);

    public IEnumerable<Figure> Epoch()
    {
        var all = training.Value.Epochs; // from the second on
        var fp32 = all[..(Fp32Epochs - 1)];
        var fast = Default == Precision.Fp32 ? all : all[fp32.Length..];
        if (recipe.Value is { } yardstick)
        {
            yield return new(null, "an epoch in Python (s)", yardstick.Epochs);
            yield return new("epoch_ratio", $"faster, {Default}", [.. fast.Select(s => Middle(yardstick.Epochs) / s)], "8, at least 7");
            yield return new("epoch_ratio_fp32", "faster, Fp32", [.. fp32.Select(s => Middle(yardstick.Epochs) / s)], "4");
        }
        yield return new(null, $"an epoch, {Default} (s)", fast);
        yield return new(null, "an epoch, Fp32 (s)", fp32);
        yield return new(null, $"an epoch on average, epochs 2 to {Fp32Epochs} of {Course.Epochs} in Fp32 (s)", [all.Average()]);
    }

    public static IEnumerable<Figure> Step()
    {
        const int Side = 4096, Steps = 26, Warm = 4;
        var type = Default == Precision.Bf16 ? torch.bfloat16 : torch.float32;
        using var a = torch.ones(Side, Side, dtype: type);
        using var b = torch.ones(Side, Side, dtype: type);
        using var images = torch.rand(Steps * BatchSize, 3, ImageSize, ImageSize);
        using var model = new Autoencoder();
        List<double> steps = [], products = [];
        var clock = Stopwatch.StartNew();
        new Trainer(new TrainingOptions { Epochs = 1, BatchSize = BatchSize, Precision = Default, Fp32Steps = 0 }).Train(model, images, torch.rand(1, 3, ImageSize, ImageSize), progress:
            new Each(p =>
            {
                if (p.End is null && p.History.Count < p.Epoch)
                {
                    steps.Add(clock.Elapsed.TotalSeconds);
                    // The yardstick, within the same second; the first product fetches what the step drove out of the caches.
                    torch.mm(a, b).Dispose();
                    clock.Restart();
                    torch.mm(a, b).Dispose();
                    products.Add(2 * Math.Pow(Side, 3) / clock.Elapsed.TotalSeconds / 1e9);
                }
                clock.Restart();
            }));
        var operations = 3 * BatchSize * ForwardOperations(model) / 1e9; // backward: by the input, and by the weights
        yield return new(null, "operations of a step (GFLOP)", [operations]);
        yield return new(null, $"a step, {Default} (s)", [.. steps.Skip(Warm)]);
        yield return new(null, $"a matrix product of 4096×4096 after each, {Default} (GFLOP/s)", [.. products.Skip(Warm)]);
        yield return new("flops_fraction", "of that reached by the step", [.. steps.Zip(products, (s, p) => operations / s / p).Skip(Warm)], "0.7, at least 0.6");
    }

    /// <summary>The same training with FastTorch switched off: by autograd, an optimiser of libtorch's operations, and the system's memory.</summary>
    public IEnumerable<Figure> Plain()
    {
        TrainingRun Run(Precision precision) => TrainingProcess.Run(category.Folder, work.New(), Course with { Precision = precision, Fp32Steps = 0 }, steps: 12, plain: true);
        var (fp32, bf16) = (Run(Precision.Fp32), Run(Precision.Bf16));
        yield return new("plain_step_fp32_s", "a step the plain way, Fp32 (s)", [fp32.Steps * BatchSize / fp32.Images]);
        yield return new("plain_step_bf16_s", "a step the plain way, Bf16 (s)", [bf16.Steps * BatchSize / bf16.Images]);
        yield return new("plain_peak_mib", "peak memory there, Fp32 (MiB)", [fp32.Peak]);
    }

    public IEnumerable<Figure> Load()
    {
        var caches = Enumerable.Range(0, 3).Select(_ => work.New()).ToArray();
        var cold = caches.Select(cache => TrainingProcess.Run(category.Folder, cache, Course, steps: 1).First).ToArray();
        var cached = caches.Select(cache => TrainingProcess.Run(category.Folder, cache, Course, steps: 1).First).ToArray();
        yield return new("first_epoch_cold_s", "from process start to the start of the first epoch (s)", cold, "6");
        yield return new("first_epoch_cached_s", "the same with cached images (s)", cached, "2");
    }

    public IEnumerable<Figure> Score()
    {
        using var model = new Autoencoder();
        using var folded = new Reconstructor(model);
        double[] Scores(params IReadOnlyList<Sample> samples)
        {
            using var scope = torch.NewDisposeScope();
            var images = ImageTensors.Load(samples, ImageSize, ImageCache.None);
            return AnomalyScore.Sum(AnomalyMap.Residual(images, folded.Reconstruct(images)));
        }

        var folder = Seconds(3, () => Scores(split.Test)).ToArray();
        yield return new(null, $"scoring {split.Test.Count} images (s)", folder);
        if (recipe.Value is { } yardstick)
            yield return new("score_ratio", "faster than one at a time in Python", [.. folder.Select(s => yardstick.Scoring / s)], "6");
        yield return new("one_image_ms", "one image, from file to score (ms)", [.. Seconds(40, () => Scores(split.Test[0]), warm: 40).Select(s => s * 1000)], "25");
    }

    public IEnumerable<Figure> Memory()
    {
        yield return new("train_peak_mib", "peak memory of training (MiB)", [training.Value.Peak], "1229");
        var resident = training.Value.Resident;
        var inFp32 = resident[Fp32Epochs - 1] / resident[4];
        if (Default == Precision.Fp32)
        {
            yield return new("memory_growth", "memory at the end / after epoch 5", [inFp32], "1");
            yield break;
        }
        var after = resident[^1] / resident[Fp32Epochs];
        yield return new(null, "memory after the last epoch in Fp32 / after epoch 5", [inFp32]);
        yield return new(null, $"at the end / after the first epoch in {Default}", [after]);
        yield return new("memory_growth", "the larger of these two", [Math.Max(inFp32, after)], "1");
        yield return new(null, "memory at the end / after epoch 5", [resident[^1] / resident[4]]);
    }

    public IEnumerable<Figure> Scale()
    {
        const int Many = 10_000;
        double[] Cost(int count, out double peak)
        {
            var folder = work.New();
            for (var i = 0; i < count; i++)
                Link(category.Train[i % category.Train.Count].Path, Path.Combine(folder, $"{i:00000}.png"));
            var run = TrainingProcess.Run(folder, work.New(), Course with { Epochs = 1000, Fp32Steps = 0 }, memory: 64 << 20, steps: 24);
            peak = run.Peak;
            return [1000 * (run.Opening / count + run.Steps / run.Images)];
        }

        var few = Cost(category.Train.Count, out _);
        var many = Cost(Many, out var peak);
        yield return new(null, $"an image among {category.Train.Count}, decoded and trained on once (ms)", few);
        yield return new(null, $"an image among {Many}, with 64 MiB for images (ms)", many);
        yield return new(null, $"peak memory with {Many} images, {Default} alone (MiB)", [peak]);
        yield return new("scale_cost_ratio", "the one by the other", [many[0] / few[0]], "1.1");
    }

    public IEnumerable<Figure> Precisions()
    {
        using var train = ImageTensors.Load(split.Train, ImageSize);
        using var validation = ImageTensors.Load(split.Validation, ImageSize);
        using var test = ImageTensors.Load(split.Test, ImageSize);
        foreach (var precision in new[] { Precision.Fp32, Precision.Bf16 })
        {
            List<double> losses = [], aucs = [];
            for (var seed = 0; seed < 3; seed++)
            {
                using var scope = torch.NewDisposeScope();
                using var model = new Autoencoder(seed);
                losses.Add(new Trainer(new TrainingOptions { Epochs = 30, Seed = seed, Precision = precision }).Train(model, train, validation).Best.ValidationLoss * 1000);
                aucs.Add(RocCurve.From([.. split.Test.Select(s => !s.IsGood)], AnomalyScore.Sum(AnomalyMap.Residual(test, model.Reconstruct(test)))).Auc);
            }
            yield return new(null, $"best validation loss × 1000, {precision} (mean {losses.Average():0.000})", losses);
            yield return new(null, $"AUC, {precision} (mean {aucs.Average():0.000})", aucs);
        }
    }

    private static double Middle(double[] values) => values.Order().ElementAt(values.Length / 2);

    /// <summary>The time of each of some runs, after others that do not count.</summary>
    private static IEnumerable<double> Seconds(int runs, Action run, int warm = 1)
    {
        for (var i = 0; i < warm; i++)
            run();
        for (var i = 0; i < runs; i++)
        {
            var clock = Stopwatch.StartNew();
            run();
            yield return clock.Elapsed.TotalSeconds;
        }
    }

    /// <summary>Multiplications and additions of all convolutions for one image: each weight once for each place it is used at.</summary>
    private static double ForwardOperations(Autoencoder model)
    {
        double sum = 0;
        foreach (var (name, weight) in model.named_parameters().Where(p => p.parameter.dim() == 4))
        {
            var part = name.Split('.');
            // A transposed convolution uses its weights once for each place of its smaller input.
            var halvings = part[0] switch { "encoder" => int.Parse(part[1]), "decoder" => 4 - int.Parse(part[1]) + (part[2] == "up" ? 1 : 0), _ => 0 };
            sum += 2.0 * weight.numel() * Math.Pow(ImageSize >> halvings, 2);
        }
        return sum;
    }

    /// <summary>Another name for the same file, which takes no room; a copy where the system has none.</summary>
    private static void Link(string file, string name)
    {
        if (OperatingSystem.IsWindows() || HardLink(file, name) != 0)
            File.Copy(file, name);
    }

    [LibraryImport("libc", EntryPoint = "link", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int HardLink(string file, string name);

    private sealed class Each(Action<TrainingProgress> report) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => report(value);
    }
}
