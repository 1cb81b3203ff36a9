using AnomalyLab.Evaluation;
using CsCheck;
using TorchSharp;
using static TorchSharp.torch;

namespace AnomalyLab.Tests.Evaluation;

public sealed class PixelMetricsTests : IDisposable
{
    private sealed record Reference(
        string Name, long[] Shape, float[] Maps, int[] Masks, int Regions, double Auroc, double AveragePrecision, double F1Max, double F1MaxThreshold,
        double AuPro_030, double AuPro_005, double AuPro_100);

    private readonly DisposeScope scope = NewDisposeScope();

    public void Dispose() => scope.Dispose();

    [Fact]
    public void All_metrics_are_those_of_scikit_learn_and_SciPy() =>
        Assert.All(Fixture.Read<Reference[]>("pixel_metrics.json"), reference =>
        {
            var (maps, masks) = (tensor(reference.Maps).view(reference.Shape), tensor(reference.Masks).view(reference.Shape));
            var metrics = PixelMetrics.Of(maps, masks);
            Assert.Equal(reference.Regions, metrics.Regions);
            Assert.Equal(reference.Auroc, metrics.Auroc, 1e-12);
            Assert.Equal(reference.AveragePrecision, metrics.AveragePrecision, 1e-12);
            Assert.Equal(reference.F1Max, metrics.F1Max, 1e-12);
            Assert.Equal(reference.F1MaxThreshold, metrics.F1MaxThreshold, 1e-6);
            Assert.Equal(reference.AuPro_030, metrics.AuPro, 1e-12);
            Assert.Equal(reference.AuPro_005, PixelMetrics.Of(maps, masks, 0.05).AuPro, 1e-12);
            Assert.Equal(reference.AuPro_100, PixelMetrics.Of(maps, masks, 1).AuPro, 1e-12);
        });

    [Fact]
    public void Worked_by_hand_au_pro_weighs_a_small_defect_like_a_large_one()
    {
        // Two defects: one pixel (9), and two pixels (8, 1). Five good pixels: 7, 2, 2, 0, 0.
        var maps = tensor(new float[] { 9, 7, 2, 8, 2, 0, 1, 0 }).view(1, 2, 4);
        var masks = tensor(new[] { 1, 0, 0, 1, 0, 0, 1, 0 }).view(1, 2, 4);
        masks[0, 0, 3] = 1; // above right of (1, 2): they touch at a corner and are one

        // Threshold:  9    8    7    2    1    0
        // FPR:        0    0    .2   .6   .6   1
        // overlap:    .5   .75  .75  .75  1    1
        Assert.Equal(2, PixelMetrics.Of(maps, masks).Regions);
        Assert.Equal((0.6 * 0.75 + 0.4 * 1) / 1, PixelMetrics.Of(maps, masks, 1).AuPro, 1e-12);
        Assert.Equal(0.75, PixelMetrics.Of(maps, masks, 0.3).AuPro, 1e-12);
        Assert.Equal((0.6 * 0.75 + 0.2 * 1) / 0.8, PixelMetrics.Of(maps, masks, 0.8).AuPro, 1e-12);
        // Of the 15 pairs, 9 and 8 win all five, 1 wins two.
        Assert.Equal(12 / 15.0, PixelMetrics.Of(maps, masks).Auroc, 1e-12);
        // Precision at the defective pixels: 1/1, 2/2, 3/6. F1 at 8: 2·2 / (2 + 3).
        Assert.Equal((1 + 1 + 0.5) / 3, PixelMetrics.Of(maps, masks).AveragePrecision, 1e-12);
        Assert.Equal((0.8, 8), (PixelMetrics.Of(maps, masks).F1Max, PixelMetrics.Of(maps, masks).F1MaxThreshold));
    }

    [Fact]
    public void Worked_by_hand_the_curve_is_interpolated_where_the_limit_cuts_a_step_with_ties()
    {
        // One defect pixel tied with both good ones: a straight line from (0, 0) to (1, 1).
        var metrics = PixelMetrics.Of(zeros(1, 1, 3), tensor(new[] { 0, 1, 0 }).view(1, 1, 3), 0.3);
        Assert.Equal(0.3 / 2, metrics.AuPro, 1e-12);
        Assert.Equal(0.5, metrics.Auroc);
    }

    [Fact]
    public void Slowly_by_its_definition_au_pro_is_the_same() =>
        Gen.Select(Gen.Int[-3, 3].Array[2 * 6 * 7], Gen.Int[0, 2].Array[2 * 6 * 7], Gen.Double[0.05, 1]).Where(s => s.Item2.Contains(0) && s.Item2.Any(m => m > 1)).Sample((values, mask, limit) =>
        {
            bool[] defective = [.. mask.Select(m => m > 1)];
            using var inner = NewDisposeScope();
            var maps = tensor(Array.ConvertAll(values, v => v * 0.37f)).view(2, 6, 7);
            Assert.Equal(SlowAuPro(values, defective, limit), PixelMetrics.Of(maps, tensor(defective).view(2, 6, 7), limit).AuPro, 1e-9);
        });

    [Fact]
    public void No_strictly_increasing_map_of_the_values_changes_anything_but_the_threshold()
    {
        random.manual_seed(3);
        var (maps, masks) = (randn(3, 20, 20), rand(3, 20, 20) > 0.8);
        var metrics = PixelMetrics.Of(maps, masks);
        Assert.Equal(metrics with { F1MaxThreshold = 0 }, PixelMetrics.Of(maps * 8, masks) with { F1MaxThreshold = 0 });
        Assert.Equal(8 * metrics.F1MaxThreshold, PixelMetrics.Of(maps * 8, masks).F1MaxThreshold);
    }

    [Fact]
    public void Smaller_maps_are_brought_to_the_size_of_the_masks()
    {
        random.manual_seed(4);
        var (maps, masks) = (randn(2, 8, 8), rand(2, 24, 24) > 0.9);
        Assert.Equal(PixelMetrics.Of(AnomalyMap.Resize(maps, 24, 24), masks), PixelMetrics.Of(maps, masks));
    }

    [Fact]
    public void Keys_are_sorted_as_dotnets_own_sort_does() =>
        Gen.UInt.Array[0, 3000].Sample(keys =>
        {
            var sorted = keys.Order().ToArray();
            RadixSort.Sort(keys);
            Assert.Equal(sorted, keys);
        });

    [Fact]
    public void A_value_that_is_no_number_is_refused_with_its_image()
    {
        var maps = zeros(2, 4, 4);
        maps[1, 2, 2] = float.NaN;
        Assert.StartsWith("The anomaly map of image 1 (counted from 0) has values", Assert.Throws<ArgumentException>(() => PixelMetrics.Of(maps, ones(2, 4, 4))).Message);
    }

    [Fact]
    public void Masks_without_defects_or_without_good_pixels_are_refused()
    {
        Assert.StartsWith("The masks have no defective pixel", Assert.Throws<ArgumentException>(() => PixelMetrics.Of(zeros(1, 4, 4), zeros(1, 4, 4))).Message);
        Assert.StartsWith("The masks have no good pixel", Assert.Throws<ArgumentException>(() => PixelMetrics.Of(zeros(1, 4, 4), ones(1, 4, 4))).Message);
    }

    [Fact]
    public void Maps_and_masks_of_different_number_and_limits_out_of_range_are_refused()
    {
        Assert.Contains("one map and one mask an image", Assert.Throws<ArgumentException>(() => PixelMetrics.Of(zeros(2, 4, 4), zeros(1, 4, 4))).Message);
        Assert.Contains("The limit of AU-PRO is 0", Assert.Throws<ArgumentException>(() => PixelMetrics.Of(zeros(1, 4, 4), zeros(1, 4, 4), 0)).Message);
    }

    /// <summary>Region by region and threshold by threshold, with nothing of the library.</summary>
    private static double SlowAuPro(int[] values, bool[] defective, double limit)
    {
        var region = Enumerable.Range(0, values.Length).ToArray();
        bool Touch(int a, int b) => a / 42 == b / 42 && Math.Abs(a % 42 / 7 - b % 42 / 7) <= 1 && Math.Abs(a % 7 - b % 7) <= 1;
        for (var changed = true; changed;)
        {
            changed = false;
            for (var a = 0; a < region.Length; a++)
            {
                for (var b = 0; b < region.Length; b++)
                {
                    if (defective[a] && defective[b] && Touch(a, b) && region[a] < region[b])
                        (region[b], changed) = (region[a], true);
                }
            }
        }
        var pixels = Enumerable.Range(0, values.Length).ToArray();
        var regions = pixels.Where(p => defective[p]).GroupBy(p => region[p]).ToArray();
        (double X, double Y)[] points = [(0, 0), .. values.Distinct().OrderDescending().Select(t => (
            pixels.Where(p => !defective[p]).Average(p => values[p] >= t ? 1.0 : 0),
            regions.Average(of => of.Average(p => values[p] >= t ? 1.0 : 0))))];
        var area = 0.0;
        foreach (var (a, b) in points.Zip(points.Skip(1)))
        {
            var to = Math.Min(b.X, limit);
            if (to > a.X)
                area += (to - a.X) * (a.Y + a.Y + (b.Y - a.Y) * (to - a.X) / (b.X - a.X)) / 2;
        }
        return area / limit;
    }
}
