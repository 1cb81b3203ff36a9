using System.Diagnostics;
using AnomalyLab.Data;
using AnomalyLab.Evaluation;
using AnomalyLab.Models;
using AnomalyLab.Training;
using TorchSharp;

namespace AnomalyLab.Benchmarks;

/// <summary>How well each method of notebook 08 finds defects: the category's own test split, seeds 0 to 4, nothing chosen by it.</summary>
internal sealed class Detection(MvtecCategory category, WorkFolder work)
{
    private const int ImageSize = 128, Seeds = 5;

    /// <summary>The detector of 08, its two parts alone, and the dullest method; each seed trained anew.</summary>
    public IEnumerable<Figure> Detectors()
    {
        using var test = new Test(category);
        var split = DataSplit.From(category).HoldOut(1.0 / 6);
        using var train = ImageTensors.Load(split.Train, ImageSize);
        using var held = ImageTensors.Load(split.Validation, ImageSize);
        using var mean = train.mean([0], keepdim: true);
        using var calibration = PixelCalibration.From(AnomalyMap.Absolute(held, mean.expand_as(held)));
        torch.Tensor FromMean(torch.Tensor images) => calibration.Apply(AnomalyMap.Absolute(images, mean.expand_as(images)));
        test.Try("mean image, calibrated", 0, 0, FromMean, maps => MapSmoothing.Gaussian(maps, 4));

        for (var seed = 0; seed < Seeds; seed++)
        {
            var clock = Stopwatch.StartNew();
            using var good = GoodAppearance.From(train, seed);
            var seconds = clock.Elapsed.TotalSeconds;
            test.Try("Gaussians alone", seed, seconds, good.AnomalyMaps);
            var (detector, training) = new DetectorTrainer(new DetectorOptions { Seed = seed }).Train(train, held, good);
            using var owned = detector;
            test.Try("U-Net alone", seed, seconds + training.Seconds, images => MapSmoothing.Gaussian(detector.Logits(images), 1));
            test.Try("both together", seed, seconds + training.Seconds, images => detector.AnomalyMaps(images));
        }
        return test.Figures();
    }

    /// <summary>The tutorial's autoencoder and score, 30 epochs as in the course, trained on the tutorial's split and tried on the category's own test.</summary>
    public IEnumerable<Figure> Tutorial()
    {
        using var test = new Test(category);
        var split = DataSplit.From(category).MoveGoodToTest(43).HoldOut(0.2);
        for (var seed = 0; seed < Seeds; seed++)
        {
            var (model, checkpoint) = (new Autoencoder(seed), Path.Combine(work.New(), "model.safetensors"));
            using var owned = model;
            using var train = ImageSet.Open(split.Train, ImageSize);
            using var validation = ImageSet.Open(split.Validation, ImageSize);
            var training = new Trainer(new TrainingOptions { Epochs = 30, Seed = seed }).Train(model, train, validation, checkpoint);
            test.Try("the tutorial's score", seed, training.Seconds, images => AnomalyMap.Residual(images, model.Reconstruct(images)), score: AnomalyScore.Sum);
        }
        return test.Figures();
    }

    /// <summary>The test images, as they are and disturbed, and what was found on them.</summary>
    private sealed class Test : IDisposable
    {
        private readonly bool[] isDefective;
        private readonly torch.Tensor images, disturbed, masks;
        private readonly List<(string Method, double Image, double Pixel, double AuPro, double Disturbed)> tried = [];

        public Test(MvtecCategory category)
        {
            isDefective = [.. category.Test.Select(s => !s.IsGood)];
            images = ImageTensors.Load(category.Test, ImageSize);
            disturbed = new Disturbance().Apply(images, seed: 0);
            masks = Masks.Load(category.Test);
        }

        /// <summary>Prints one row.</summary>
        /// <param name="method">Its name.</param>
        /// <param name="seed">The seed it was trained with.</param>
        /// <param name="seconds">How long that took.</param>
        /// <param name="maps">Makes anomaly maps.</param>
        /// <param name="smooth">What is done to them before pixels are judged; nothing if left out.</param>
        /// <param name="score">Makes a score of a map; the maximum if left out.</param>
        public void Try(
            string method, int seed, double seconds, Func<torch.Tensor, torch.Tensor> maps,
            Func<torch.Tensor, torch.Tensor>? smooth = null, Func<torch.Tensor, double[]>? score = null)
        {
            using var scope = torch.NewDisposeScope();
            score ??= AnomalyScore.Maximum;
            var found = maps(images);
            var roc = RocCurve.From(isDefective, score(found));
            var (low, high) = roc.AucInterval();
            var pixels = PixelMetrics.Of(smooth?.Invoke(found) ?? found, masks);
            var moved = RocCurve.From(isDefective, score(maps(disturbed))).Auc;
            tried.Add((method, roc.Auc, pixels.Auroc, pixels.AuPro, moved));
            if (tried.Count == 1)
                Console.WriteLine($"{"",-28} seed  image AUROC (95 %)      pixel AUROC  AU-PRO  disturbed  F1-max  seconds");
            Console.WriteLine($"{method,-28} {seed,4}  {roc.Auc:0.000} ({low:0.000} to {high:0.000})  {pixels.Auroc,11:0.000}  {pixels.AuPro,6:0.000}  {moved,9:0.000}  {roc.F1Max,6:0.000}  {seconds,7:0}");
        }

        /// <summary>The means over the seeds.</summary>
        public IEnumerable<Figure> Figures() => tried.GroupBy(row => row.Method).SelectMany(method =>
        {
            Figure Of(string what, string target, Func<(string Method, double Image, double Pixel, double AuPro, double Disturbed), double> value) =>
                new(null, $"{method.Key}: {what} (mean {method.Average(value):0.000})", [.. method.Select(value)], target);
            return new[]
            {
                Of("image AUROC", "0.995", row => row.Image), Of("pixel AUROC", "0.970", row => row.Pixel),
                Of("AU-PRO", "0.90", row => row.AuPro), Of("image AUROC, disturbed", "0.97", row => row.Disturbed),
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
