using System.Buffers;
using System.Runtime.InteropServices;
using AnomalyLab.Display;
using static TorchSharp.torch;

namespace AnomalyLab.Evaluation;

/// <summary>How well anomaly maps find the defects' pixels, over every possible threshold.</summary>
/// <param name="Auroc">
/// Pixel AUROC, 0..1: the probability that a random defective pixel has a higher value than a random good one, over all
/// images; a tie counts one half. Large defects weigh more than small ones.
/// </param>
/// <param name="AuPro">
/// AU-PRO, 0..1: the area under the curve of the per-region overlap against the false-positive rate, up to
/// <paramref name="AuProLimit"/> and divided by it. The overlap is the fraction of a region's pixels that is found,
/// averaged over all regions, so every defect weighs the same, small or large.
/// </param>
/// <param name="AuProLimit">The false-positive rate that AU-PRO goes up to, more than 0 and at most 1; 0.3 is usual.</param>
/// <param name="AveragePrecision">The mean precision over the defective pixels, 0..1, scikit-learn's <c>average_precision_score</c>.</param>
/// <param name="F1Max">The largest F1 of the pixels over all thresholds, 0..1.</param>
/// <param name="F1MaxThreshold">The highest threshold that gives it: pixels of at least this value are called defective.</param>
/// <param name="Regions">How many regions there are: sets of defective pixels that touch, corners included.</param>
/// <remarks>
/// AU-PRO: Bergmann, Batzner, Fauser, Sattlegger, Steger, "The MVTec Anomaly Detection Dataset", IJCV 2021. As in MVTec's
/// own evaluation code, pixels that touch at a corner belong to one region (8-connectivity), the good pixels of defective
/// images count as good pixels, and the curve is interpolated linearly at the limit. All figures are exact: they use every
/// distinct value as a threshold, not a selection of them.
/// </remarks>
[TypeFormatterSource(typeof(DisplayFormatters))]
public sealed record PixelMetrics(
    double Auroc, double AuPro, double AuProLimit, double AveragePrecision, double F1Max, double F1MaxThreshold, int Regions) : IDisplayable
{
    /// <summary>Compares maps with masks. Exact, in a few seconds for a hundred images of a megapixel.</summary>
    /// <param name="maps">
    /// Float anomaly maps of shape [N, h, w], on any device. If their size differs from the masks', they are resized by <see cref="AnomalyMap.Resize"/>.
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
            throw new ArgumentException(Texts.Format($"The anomaly maps have the shape [{string.Join(", ", maps.shape)}] and the masks [{string.Join(", ", masks.shape)}]; there has to be one map and one mask an image."));
        if (auProLimit is not (> 0 and <= 1))
            throw new ArgumentException(Texts.Format($"The limit of AU-PRO is {auProLimit}; give a false-positive rate above 0, at most 1, such as 0.3."), nameof(auProLimit));
        var images = new Images(maps, masks);
        var (defective, regionSizes) = images.Defective();
        var good = masks.numel() - defective.Length;
        if (good == 0 || defective.Length == 0)
            throw new ArgumentException(good == 0 ? Texts.Of("The masks have no good pixel; pixel metrics need good and defective ones.") : Texts.Of("The masks have no defective pixel; pixel metrics need good and defective ones."), nameof(masks));
        var steps = Distinct(defective);
        return Sweep(steps, images.CountGood(steps), good, defective, regionSizes, auProLimit);
    }

    /// <inheritdoc/>
    public string ToHtml() => ToTable().ToHtml();

    /// <inheritdoc/>
    public override string ToString() => ToTable().ToString();

    private Table ToTable() => new("",
        [new(Texts.Of("pixel AUROC"), "0.0000"), new(Texts.Format($"AU-PRO to {AuProLimit:0.##}"), "0.0000"), new(Texts.Of("average precision"), "0.0000"), new("F1-max", "0.0000"), Texts.Of("regions")],
        [[Auroc, AuPro, AveragePrecision, F1Max, Regions]]);

    /// <summary>The defective pixels' distinct keys, in rising order.</summary>
    private static uint[] Distinct(ulong[] defective)
    {
        var keys = new List<uint>();
        foreach (var pixel in defective)
        {
            if (keys.Count == 0 || keys[^1] != (uint)(pixel >> 32))
                keys.Add((uint)(pixel >> 32));
        }
        return [.. keys];
    }

    /// <summary>Lowers the threshold from one defective pixel's value to the next and adds up what that changes.</summary>
    private static PixelMetrics Sweep(uint[] steps, long[] goodAt, long good, ulong[] defective, long[] regionSizes, double limit)
    {
        long falsePositives = goodAt[2 * steps.Length], truePositives = 0;
        Int128 twiceArea = 0; // good times defective pixels
        double overlap = 0, overlapArea = 0, precisions = 0, f1Max = 0;
        uint f1MaxKey = 0;
        for (int step = steps.Length - 1, d = defective.Length - 1; step >= 0; step--)
        {
            var (fp, tp, before) = (falsePositives + goodAt[2 * step + 1], truePositives, overlap);
            for (; d >= 0 && defective[d] >> 32 == steps[step]; d--)
            {
                tp++;
                overlap += 1.0 / regionSizes[(uint)defective[d]];
            }

            // Good pixels tied with defective ones make a slope; those between this step and the next make a level stretch.
            var next = fp + goodAt[2 * step];
            twiceArea += (Int128)(fp - falsePositives) * (tp + truePositives) + (Int128)2 * (next - fp) * tp;
            overlapArea += Trapezoid((double)falsePositives / good, before, (double)fp / good, overlap, limit)
                + Trapezoid((double)fp / good, overlap, (double)next / good, overlap, limit);
            precisions += (tp - truePositives) * ((double)tp / (tp + fp));
            var f1 = 2.0 * tp / (tp + fp + defective.Length);
            if (f1 > f1Max)
                (f1Max, f1MaxKey) = (f1, steps[step]);
            (falsePositives, truePositives) = (next, tp);
        }
        return new((double)twiceArea / (2.0 * good * defective.Length), overlapArea / regionSizes.Length / limit, limit,
            precisions / defective.Length, f1Max, Value(f1MaxKey), regionSizes.Length);
    }

    /// <summary>The area below the line from (x0, y0) to (x1, y1), cut off where x exceeds the limit.</summary>
    private static double Trapezoid(double x0, double y0, double x1, double y1, double limit)
    {
        if (x1 <= limit)
            return (x1 - x0) * (y0 + y1) / 2;
        if (x0 >= limit)
            return 0;
        var y = y0 + (y1 - y0) * (limit - x0) / (x1 - x0);
        return (limit - x0) * (y0 + y) / 2;
    }

    /// <summary>Turns values into whole numbers that sort in the same order: the IEEE 754 bits, inverted for negative values.</summary>
    /// <returns>Whether all values are finite.</returns>
    private static bool TryGetKeys(ReadOnlySpan<float> values, Span<uint> keys)
    {
        var finite = true;
        for (var i = 0; i < keys.Length; i++)
        {
            finite &= float.IsFinite(values[i]);
            var bits = BitConverter.SingleToUInt32Bits(values[i] + 0f); // -0 becomes 0
            keys[i] = (bits & 0x80000000) == 0 ? bits | 0x80000000 : ~bits;
        }
        return finite;
    }

    private static float Value(uint key) => BitConverter.UInt32BitsToSingle((key & 0x80000000) == 0 ? ~key : key & 0x7fffffff);

    /// <summary>
    /// The pixels, image by image. Only the defective pixels, a few in a hundred, are held all at once and sorted; good pixels only
    /// need to be counted between them.
    /// </summary>
    private sealed class Images(Tensor maps, Tensor masks)
    {
        /// <summary>The defective pixels of all images in rising order, each value's key above its region's number; and the regions' sizes.</summary>
        public (ulong[] Pixels, long[] RegionSizes) Defective()
        {
            var found = new (ulong[] Pixels, List<long> RegionSizes)[maps.shape[0]];
            ForEach((i, keys, mask) =>
            {
                var sizes = new List<long>();
                var pixels = new List<ulong>();
                if (mask.ContainsAnyExcept((byte)0))
                {
                    var regions = Evaluation.Regions.Label(mask, (int)masks.shape[2], sizes);
                    for (var p = 0; p < regions.Length; p++)
                    {
                        if (regions[p] >= 0)
                            pixels.Add((ulong)keys[p] << 32 | (uint)regions[p]);
                    }
                }
                found[i] = ([.. pixels], sizes);
            });
            var all = new ulong[found.Sum(image => image.Pixels.Length)];
            var (count, regionsBefore) = (0, 0);
            foreach (var (pixels, sizes) in found)
            {
                foreach (var pixel in pixels)
                    all[count++] = pixel + (ulong)regionsBefore;
                regionsBefore += sizes.Count;
            }
            Array.Sort(all);
            return (all, [.. found.SelectMany(image => image.RegionSizes)]);
        }

        /// <summary>Counts of good pixels: at 2i those between steps[i - 1] and steps[i], at 2i + 1 those equal to steps[i], and last those above all steps.</summary>
        public long[] CountGood(uint[] steps)
        {
            var counts = new long[2 * steps.Length + 1];
            ForEach((_, keys, mask) =>
            {
                var rented = ArrayPool<uint>.Shared.Rent(keys.Length);
                var count = 0;
                for (var p = 0; p < keys.Length; p++)
                {
                    if (mask[p] == 0)
                        rented[count++] = keys[p];
                }
                var good = rented.AsSpan(0, count);
                RadixSort.Sort(good);
                for (int p = 0, step = 0; p < good.Length;)
                {
                    while (step < steps.Length && steps[step] < good[p])
                        step++;
                    var onStep = step < steps.Length && steps[step] == good[p];
                    var from = p;
                    while (p < good.Length && (step == steps.Length || (onStep ? good[p] == steps[step] : good[p] < steps[step])))
                        p++;
                    Interlocked.Add(ref counts[2 * step + (onStep ? 1 : 0)], p - from);
                }
                ArrayPool<uint>.Shared.Return(rented);
            });
            return counts;
        }

        private void ForEach(Action<int, ReadOnlySpan<uint>, ReadOnlySpan<byte>> act)
        {
            var errors = new ArgumentException?[maps.shape[0]];
            Parallel.For(0, (int)maps.shape[0], i =>
            {
                using var scope = NewDisposeScope();
                var map = maps[i..(i + 1)].to(float32);
                if (!map.shape.Skip(1).SequenceEqual(masks.shape.Skip(1)))
                    map = AnomalyMap.Resize(map, masks.shape[1], masks.shape[2]);
                var values = MemoryMarshal.Cast<byte, float>(map.cpu().contiguous().bytes);
                var rented = ArrayPool<uint>.Shared.Rent(values.Length);
                var keys = rented.AsSpan(0, values.Length);
                if (TryGetKeys(values, keys))
                    act(i, keys, masks[i].to(ScalarType.Bool).cpu().contiguous().bytes);
                else
                    errors[i] = new(Texts.Format($"The anomaly map of image {i} (counted from 0) has values that are not finite numbers. Look at the model's output for this image."));
                ArrayPool<uint>.Shared.Return(rented);
            });
            if (errors.FirstOrDefault(error => error is not null) is { } first)
                throw first;
        }
    }
}
