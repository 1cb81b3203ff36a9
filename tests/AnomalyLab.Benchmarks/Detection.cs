using System.Diagnostics;
using AnomalyLab.Data;
using AnomalyLab.Evaluation;
using AnomalyLab.Models;
using AnomalyLab.Training;
using TorchSharp;

namespace AnomalyLab.Benchmarks;

/// <summary>How well methods find defects: the category's own test split, seeds 0 to 4, nothing chosen by it.</summary>
internal sealed class Detection(MvtecCategory category, WorkFolder work)
{
    private const int ImageSize = 128, Seeds = 5, Own = 40;

    /// <summary>Without a network, and with the features of one; each seed fitted anew.</summary>
    public IEnumerable<Figure> Detectors()
    {
        using var network = FeatureNetwork.Load();
        IEnumerable<Figure> figures = [];
        using (var test = new Test(category, ImageSize))
        {
            var split = DataSplit.From(category).HoldOut(1.0 / 6);
            using var train = ImageTensors.Load(split.Train, ImageSize);
            using var held = ImageTensors.Load(split.Validation, ImageSize);
            using var mean = train.mean([0], keepdim: true);
            using var calibration = PixelCalibration.From(AnomalyMap.Absolute(held, mean.expand_as(held)));
            test.Try("mean image, calibrated", 0, 0, images =>
            {
                var maps = calibration.Apply(AnomalyMap.Absolute(images, mean.expand_as(images)));
                return new(MapSmoothing.Gaussian(maps, 4), AnomalyScore.Maximum(maps));
            });
            for (var seed = 0; seed < Seeds; seed++)
            {
                var clock = Stopwatch.StartNew();
                using var good = GoodAppearance.From(train, seed);
                test.Try("Gaussians of eight numbers", seed, clock.Elapsed.TotalSeconds, images =>
                {
                    var maps = good.AnomalyMaps(images);
                    return new(maps, AnomalyScore.Maximum(maps));
                });
            }
            figures = [.. figures, .. test.Figures()];
        }
        foreach (var size in new[] { 224, 320 })
        {
            using var test = new Test(category, size);
            using var train = ImageTensors.Load(category.Train, size);
            for (var seed = 0; seed < Seeds; seed++)
            {
                var clock = Stopwatch.StartNew();
                using var padim = Padim.Fit(network, train, new() { Seed = seed });
                test.Try($"PaDiM, {size}", seed, clock.Elapsed.TotalSeconds, images => padim.Score(images));
            }
            for (var seed = 0; seed < Seeds; seed++)
            {
                var clock = Stopwatch.StartNew();
                using var patchCore = PatchCore.Fit(network, train, new() { Seed = seed });
                test.Try($"PatchCore, {size}", seed, clock.Elapsed.TotalSeconds, images => patchCore.Score(images));
            }
            figures = [.. figures, .. test.Figures()];
        }
        return figures;
    }

    /// <summary>Somebody's own pictures in the folders good and bad: forty good ones to learn from, drawn five times, the others to judge.</summary>
    public static IEnumerable<Figure> OwnPictures(string folder)
    {
        Sample[] All(string kind) => [.. Directory.GetFiles(Path.Combine(folder, kind)).Order().Select(file => new Sample(file, kind))];
        var (good, bad) = (All("good"), All("bad"));
        using var network = FeatureNetwork.Load();
        foreach (var size in new[] { 224, 320 })
        {
            using var images = ImageTensors.Load([.. good, .. bad], size);
            List<double> padim = [], patchCore = [];
            for (var seed = 0; seed < Seeds; seed++)
            {
                using var scope = torch.NewDisposeScope();
                var order = Enumerable.Range(0, good.Length).Select(i => (long)i).ToArray();
                new Random(seed).Shuffle(order);
                long[] judged = [.. order[Own..], .. Enumerable.Range(good.Length, bad.Length).Select(i => (long)i)];
                using var train = images.index_select(0, torch.tensor(order[..Own]));
                using var test = images.index_select(0, torch.tensor(judged));
                bool[] isDefective = [.. judged.Select(i => i >= good.Length)];
                double Auc(IAnomalyDetector detector)
                {
                    using var owned = detector;
                    using var found = detector.Score(test);
                    return RocCurve.From(isDefective, found.Scores).Auc;
                }
                padim.Add(Auc(Padim.Fit(network, train, new() { Seed = seed })));
                patchCore.Add(Auc(PatchCore.Fit(network, train, new() { Seed = seed })));
            }
            yield return new(null, $"PaDiM, {size}, own pictures: image AUROC (mean {padim.Average():0.000})", padim);
            yield return new(null, $"PatchCore, {size}, own pictures: image AUROC (mean {patchCore.Average():0.000})", patchCore, "0.99");
        }
    }

    /// <summary>The tutorial's autoencoder and score, 30 epochs as in the course, trained on the tutorial's split and tried on the category's own test.</summary>
    public IEnumerable<Figure> Tutorial()
    {
        using var test = new Test(category, ImageSize);
        var split = DataSplit.From(category).MoveGoodToTest(43).HoldOut(0.2);
        for (var seed = 0; seed < Seeds; seed++)
        {
            var (model, checkpoint) = (new Autoencoder(seed), Path.Combine(work.New(), "model.safetensors"));
            using var owned = model;
            using var train = ImageSet.Open(split.Train, ImageSize);
            using var validation = ImageSet.Open(split.Validation, ImageSize);
            var training = new Trainer(new TrainingOptions { Epochs = 30, Seed = seed }).Train(model, train, validation, checkpoint);
            test.Try("the tutorial's score", seed, training.Seconds, images =>
            {
                var maps = AnomalyMap.Residual(images, model.Reconstruct(images));
                return new(maps, AnomalyScore.Sum(maps));
            });
        }
        return test.Figures();
    }

    /// <summary>The test images, as they are and disturbed, and what was found on them.</summary>
    private sealed class Test : IDisposable
    {
        private readonly bool[] isDefective;
        private readonly torch.Tensor images, disturbed, masks;
        private readonly List<(string Method, double Image, double Pixel, double AuPro, double Disturbed)> tried = [];

        public Test(MvtecCategory category, int size)
        {
            isDefective = [.. category.Test.Select(s => !s.IsGood)];
            images = ImageTensors.Load(category.Test, size);
            disturbed = new Disturbance().Apply(images, seed: 0);
            masks = Masks.Load(category.Test);
        }

        /// <summary>Prints one row.</summary>
        /// <param name="method">Its name.</param>
        /// <param name="seed">The seed it was trained with.</param>
        /// <param name="seconds">How long that took.</param>
        /// <param name="judge">Makes anomaly maps and scores.</param>
        public void Try(string method, int seed, double seconds, Func<torch.Tensor, AnomalyMaps> judge)
        {
            using var scope = torch.NewDisposeScope();
            using var found = judge(images);
            using var moved = judge(disturbed);
            var roc = RocCurve.From(isDefective, found.Scores);
            var (low, high) = roc.AucInterval();
            var pixels = PixelMetrics.Of(found.Maps, masks);
            var after = RocCurve.From(isDefective, moved.Scores).Auc;
            tried.Add((method, roc.Auc, pixels.Auroc, pixels.AuPro, after));
            if (tried.Count == 1)
                Console.WriteLine($"{"",-28} seed  image AUROC (95 %)      pixel AUROC  AU-PRO  disturbed  F1-max  seconds");
            Console.WriteLine($"{method,-28} {seed,4}  {roc.Auc:0.000} ({low:0.000} to {high:0.000})  {pixels.Auroc,11:0.000}  {pixels.AuPro,6:0.000}  {after,9:0.000}  {roc.F1Max,6:0.000}  {seconds,7:0}");
        }

        /// <summary>The means over the seeds.</summary>
        public IEnumerable<Figure> Figures() => tried.GroupBy(row => row.Method).SelectMany(method =>
        {
            Figure Of(string what, string target, Func<(string Method, double Image, double Pixel, double AuPro, double Disturbed), double> value) =>
                new(null, $"{method.Key}: {what} (mean {method.Average(value):0.000})", [.. method.Select(value)], target);
            return new[]
            {
                Of("image AUROC", "1.000", row => row.Image), Of("pixel AUROC", "0.988", row => row.Pixel),
                Of("AU-PRO", "0.96", row => row.AuPro), Of("image AUROC, disturbed", "1.000", row => row.Disturbed),
            };
        });

        public void Dispose()
        {
            images.Dispose();
            disturbed.Dispose();
            masks.Dispose();
        }
    }
}
