using System.Runtime.InteropServices;
using AnomalyLab.Display;
using static TorchSharp.torch;

namespace AnomalyLab.Evaluation;

/// <summary>How well anomaly maps find the defects' pixels, over every possible threshold.</summary>
/// <param name="Auroc">
/// Pixel AUROC, 0..1: the chance that a defective pixel, drawn at random from all images, has a higher value than a good
/// one; a tie counts one half. Large defects weigh more than small ones.
/// </param>
/// <param name="AuPro">
/// AU-PRO, 0..1: the area under the curve of the per-region overlap against the false-positive rate, up to
/// <paramref name="AuProLimit"/> and divided by it. The overlap is the mean over all regions of the part of a region's
/// pixels that is found, so that every defect weighs the same, small or large.
/// </param>
/// <param name="AuProLimit">The false-positive rate that AU-PRO goes up to, more than 0 and at most 1; 0.3 is usual.</param>
/// <param name="AveragePrecision">The mean precision over the defective pixels, 0..1, scikit-learn's <c>average_precision_score</c>.</param>
/// <param name="F1Max">The largest F1 of the pixels over all thresholds, 0..1.</param>
/// <param name="F1MaxThreshold">The highest threshold that gives it: pixels of at least this value are called defective.</param>
/// <param name="Regions">How many regions there are: sets of defective pixels that touch, corners included.</param>
/// <remarks>
/// AU-PRO: Bergmann, Batzner, Fauser, Sattlegger, Steger, "The MVTec Anomaly Detection Dataset", IJCV 2021. As in MVTec's
/// own evaluation code, pixels that touch at a corner are of one region (8-connectivity), the good pixels of defective
/// images count as good pixels, and the curve is interpolated linearly at the limit. All figures are exact: they use every
/// distinct value as a threshold, not a selection of them.
/// </remarks>
[TypeFormatterSource(typeof(DisplayFormatters))]
public sealed record PixelMetrics(
    double Auroc, double AuPro, double AuProLimit, double AveragePrecision, double F1Max, double F1MaxThreshold, int Regions) : IDisplayable
{
    /// <summary>Compares maps with masks. Needs about ten bytes a pixel of the masks, and two seconds for 100 million of them.</summary>
    /// <param name="maps">
    /// Float anomaly maps of shape [N, h, w], on any device. If they are of another size than the masks, each is brought to
    /// theirs by <see cref="AnomalyMap.Resize"/>.
    /// </param>
    /// <param name="masks">The truth, shape [N, H, W], of any type: defective where not 0; all 0 for good images. See <see cref="Data.Masks"/>.</param>
    /// <param name="auProLimit">The false-positive rate that AU-PRO goes up to, more than 0 and at most 1.</param>
    /// <exception cref="ArgumentException">
    /// The shapes do not fit, there is no good or no defective pixel, a map's value is not finite, or the limit is out of range.
    /// </exception>
    public static PixelMetrics Of(Tensor maps, Tensor masks, double auProLimit = 0.3)
    {
        AnomalyMap.CheckShape(maps);
        if (masks.dim() != 3 || masks.shape[0] != maps.shape[0])
            throw new ArgumentException($"The anomaly maps have the shape [{string.Join(", ", maps.shape)}] and the masks [{string.Join(", ", masks.shape)}]; there has to be one map and one mask an image.");
        if (auProLimit is not (> 0 and <= 1))
            throw new ArgumentException($"The limit of AU-PRO is {auProLimit}; give a false-positive rate above 0, at most 1, such as 0.3.", nameof(auProLimit));
        var (good, defective, regions) = Sorted(maps, masks);
        if (good.Length == 0 || defective.Length == 0)
            throw new ArgumentException($"The masks have no {(good.Length == 0 ? "good" : "defective")} pixel; pixel metrics need good and defective ones.", nameof(masks));
        return Sweep(good, defective, regions, auProLimit);
    }

    /// <inheritdoc/>
    public string ToHtml() => ToTable().ToHtml();

    /// <inheritdoc/>
    public override string ToString() => ToTable().ToString();

    private Table ToTable() => new("",
        [new("pixel AUROC", "0.0000"), new($"AU-PRO to {AuProLimit:0.##}", "0.0000"), new("average precision", "0.0000"), new("F1-max", "0.0000"), "regions"],
        [[Auroc, AuPro, AveragePrecision, F1Max, Regions]]);

    /// <summary>All pixels' values as keys in rising order; a defective one has its region's number in the lower half.</summary>
    private static (uint[] Good, ulong[] Defective, long[] RegionSizes) Sorted(Tensor maps, Tensor masks)
    {
        var (height, width) = (masks.shape[1], masks.shape[2]);
        var regions = new List<long>();
        var defective = new List<ulong>();
        using var scope = NewDisposeScope();
        var good = new uint[masks.numel() - masks.count_nonzero().item<long>()];
        var count = 0;
        for (var i = 0; i < maps.shape[0]; i++)
        {
            using var inner = NewDisposeScope();
            var map = maps[i..(i + 1)].to(float32);
            if (map.shape[1] != height || map.shape[2] != width)
                map = AnomalyMap.Resize(map, height, width);
            if (!map.isfinite().all().item<bool>())
                throw new ArgumentException($"The anomaly map of image {i} (counted from 0) has values that are not finite numbers. Look at the model's output for this image.", nameof(maps));
            var values = MemoryMarshal.Cast<byte, float>(map.cpu().contiguous().bytes);
            var region = Evaluation.Regions.Label(masks[i].ne(0).cpu().contiguous().bytes, (int)width, regions);
            for (var p = 0; p < values.Length; p++)
            {
                if (region[p] < 0)
                    good[count++] = Key(values[p]);
                else
                    defective.Add((ulong)Key(values[p]) << 32 | (uint)region[p]);
            }
        }
        RadixSort.Sort(good);
        defective.Sort();
        return (good, [.. defective], [.. regions]);
    }

    /// <summary>Lowers the threshold from value to value and adds up what that changes.</summary>
    private static PixelMetrics Sweep(uint[] good, ulong[] defective, long[] regionSizes, double limit)
    {
        long falsePositives = 0, truePositives = 0, twiceArea = 0;
        double overlap = 0, overlapArea = 0, precisions = 0, f1Max = 0;
        uint f1MaxKey = 0;
        for (int g = good.Length - 1, d = defective.Length - 1; g >= 0 || d >= 0;)
        {
            var key = Math.Max(g >= 0 ? good[g] : 0, d >= 0 ? (uint)(defective[d] >> 32) : 0);
            var (fp, tp, before) = (falsePositives, truePositives, overlap);
            for (; g >= 0 && good[g] == key; g--)
                fp++;
            for (; d >= 0 && defective[d] >> 32 == key; d--)
            {
                tp++;
                overlap += 1.0 / regionSizes[(uint)defective[d]];
            }

            twiceArea += (fp - falsePositives) * (tp + truePositives);
            overlapArea += Trapezoid((double)falsePositives / good.Length, before, (double)fp / good.Length, overlap, limit);
            precisions += (tp - truePositives) * ((double)tp / (tp + fp));
            var f1 = 2.0 * tp / (tp + fp + defective.Length);
            if (f1 > f1Max)
                (f1Max, f1MaxKey) = (f1, key);
            (falsePositives, truePositives) = (fp, tp);
        }
        return new(twiceArea / (2.0 * good.Length * defective.Length), overlapArea / regionSizes.Length / limit, limit,
            precisions / defective.Length, f1Max, Value(f1MaxKey), regionSizes.Length);
    }

    /// <summary>The area below the line from (x0, y0) to (x1, y1), as far as x is at most the limit.</summary>
    private static double Trapezoid(double x0, double y0, double x1, double y1, double limit)
    {
        if (x1 <= limit)
            return (x1 - x0) * (y0 + y1) / 2;
        if (x0 >= limit)
            return 0;
        var y = y0 + (y1 - y0) * (limit - x0) / (x1 - x0);
        return (limit - x0) * (y0 + y) / 2;
    }

    /// <summary>A number in the order of the values: IEEE 754's bits, with the negative ones turned around.</summary>
    private static uint Key(float value)
    {
        var bits = BitConverter.SingleToUInt32Bits(value + 0f); // -0 becomes 0
        return (bits & 0x80000000) == 0 ? bits | 0x80000000 : ~bits;
    }

    private static float Value(uint key) => BitConverter.UInt32BitsToSingle((key & 0x80000000) == 0 ? ~key : key & 0x7fffffff);
}
