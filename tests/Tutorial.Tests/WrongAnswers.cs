namespace Tutorial.Tests;

/// <summary>For each exercise, answers as learners give them, with the mistake that the check should see in each.</summary>
internal static class WrongAnswers
{
    public static IReadOnlyDictionary<string, (string Mistake, string Answer)[]> Of { get; } = new Dictionary<string, (string, string)[]>
    {
        // 00
        ["MeanSquaredError"] =
        [
            ("not squared", "(picture, copy) => Enumerable.Range(0, picture.Length).Average(i => picture[i] - copy[i])"),
            ("not squared, copy first", "(picture, copy) => copy.Zip(picture, (c, p) => c - p).Sum() / copy.Length"),
            ("absolute", "(picture, copy) => picture.Select((p, i) => Math.Abs(p - copy[i])).Average()"),
            ("sum", "(a, b) => { var sum = 0.0; for (var i = 0; i < a.Length; i++) sum += Math.Pow(a[i] - b[i], 2); return sum; }"),
            ("root", "(picture, copy) => Math.Sqrt(picture.Zip(copy, (p, c) => Math.Pow(p - c, 2)).Average())"),
            ("squared too late", "(picture, copy) => Math.Pow(picture.Average() - copy.Average(), 2)"),
        ],
        ["LargestDifference"] =
        [
            ("brighter only", "(picture, copy) => { var d = picture.Zip(copy, (p, c) => p - c).ToList(); return d.IndexOf(d.Max()); }"),
            ("darker only", "(picture, copy) => { var d = picture.Zip(copy, (p, c) => c - p).ToList(); return d.IndexOf(d.Max()); }"),
            ("smallest", "(picture, copy) => Enumerable.Range(0, picture.Length).OrderBy(i => Math.Abs(picture[i] - copy[i])).First()"),
            ("brightest", "(picture, copy) => Array.IndexOf(picture, picture.Max())"),
            ("counted from 1", """
                (picture, copy) =>
                {
                    var place = 1;
                    for (var i = 2; i <= picture.Length; i++)
                        if (Math.Abs(picture[i - 1] - copy[i - 1]) > Math.Abs(picture[place - 1] - copy[place - 1]))
                            place = i;
                    return place;
                }
                """),
        ],
        ["FitTwoKnobs"] =
        [
            ("gain only", """
                (dark, bright) =>
                {
                    var gain = 1.0;
                    for (var step = 0; step < 1000; step++)
                        gain -= 0.5 * dark.Zip(bright, (d, b) => 2 * (gain * d - b) * d).Average();
                    return (gain, 0);
                }
                """),
            ("ran away", """
                (dark, bright) =>
                {
                    var (gain, offset) = (1.0, 0.0);
                    for (var step = 0; step < 2000; step++)
                    {
                        var errors = dark.Zip(bright, (d, b) => gain * d + offset - b).ToArray();
                        gain += 0.5 * 2 * errors.Zip(dark, (e, d) => e * d).Average();
                        offset += 0.5 * 2 * errors.Average();
                    }
                    return (gain, offset);
                }
                """),
            ("swapped", """
                (dark, bright) =>
                {
                    var (gain, offset) = (1.0, 0.0);
                    for (var step = 0; step < 2000; step++)
                    {
                        var errors = dark.Zip(bright, (d, b) => gain * d + offset - b).ToArray();
                        gain -= 0.5 * 2 * errors.Zip(dark, (e, d) => e * d).Average();
                        offset -= 0.5 * 2 * errors.Average();
                    }
                    return (offset, gain);
                }
                """),
        ],
        // 01
        ["AlwaysBad"] =
        [
            ("whole numbers", "(good, bad) => bad / (good + bad)"),
            ("per good", "(good, bad) => bad / (double)good"),
            ("per cent", "(good, bad) => Math.Round(100.0 * bad / (good + bad), 9)"),
            ("good ones", "(good, bad) => 1 - (double)bad / (good + bad)"),
        ],
        ["Rebalance"] =
        [
            ("negative", "(good, bad) => bad - good"),
            ("without sign", "(good, bad) => Math.Abs(good - bad)"),
            ("half", "(good, bad) => good < bad ? (good + bad) / 2 - good : 0"),
            ("the wrong way", "(good, bad) => good > bad ? good - bad : 0"),
        ],
        // 02
        ["HoldOut"] =
        [
            ("rounded down", "(n, part) => { var held = (int)Math.Floor(n * part); return (n - held, held); }"),
            ("one lost", "(n, part) => ((int)(n * (1 - part)), (int)(n * part))"),
            ("swapped", "(n, part) => { var train = (int)(n * (1 - part)); return (n - train, train); }"),
        ],
        ["Batches"] =
        [
            ("last one lost", "(n, size) => { var sizes = new List<int>(); for (var i = size; i <= n; i += size) sizes.Add(size); return sizes.ToArray(); }"),
            ("an empty one", "(n, size) => { var sizes = new List<int>(); for (; n >= size; n -= size) sizes.Add(size); sizes.Add(n); return [.. sizes]; }"),
            ("last one full", "(n, size) => { var sizes = new List<int>(); for (var i = 0; i < n; i += size) sizes.Add(size); return [.. sizes]; }"),
        ],
        ["Leak"] =
        [
            ("the other way round", "(train, test) => !test.Any(picture => train.Contains(picture))"),
            ("same place", """
                (train, test) =>
                {
                    for (var i = 0; i < Math.Min(train.Length, test.Length); i++)
                        if (train[i] == test[i])
                            return true;
                    return false;
                }
                """),
            ("all of them", "(train, test) => test.All(picture => train.Contains(picture))"),
            ("counted", "(train, test) => { string[] all = [.. train, .. test]; return all.Distinct().Count() != all.Length; }"),
        ],
        // 03
        ["Convolve"] =
        [
            ("turned round", Convolution("kernel[2 - j][2 - i]")),
            ("rows and columns exchanged", Convolution("kernel[i][j]")),
            ("mean", Convolution("kernel[j][i] / 9")),
            ("padded", """
                (picture, kernel) =>
                {
                    double At(int y, int x) => y >= 0 && x >= 0 && y < picture.Length && x < picture[0].Length ? picture[y][x] : 0;
                    var output = picture.Select(row => new double[row.Length]).ToArray();
                    for (var y = 0; y < picture.Length; y++)
                        for (var x = 0; x < picture[0].Length; x++)
                            for (var k = 0; k < 9; k++)
                                output[y][x] += kernel[k / 3][k % 3] * At(y + k / 3 - 1, x + k % 3 - 1);
                    return output;
                }
                """),
        ],
        ["ConvolutionWeights"] =
        [
            ("no bias", "(i, o) => 3 * 3 * i * o"),
            ("a bias for each input", "(i, o) => 9 * i * o + i"),
            ("one bias", "(i, o) => 9 * i * o + 1"),
            ("one channel", "(i, o) => 9 * o + o"),
        ],
        ["MaxPool"] =
        [
            ("mean", Pooling("(p[y][x] + p[y][x + 1] + p[y + 1][x] + p[y + 1][x + 1]) / 4")),
            ("overlapping", """
                p => Enumerable.Range(0, p.Length - 1).Select(y => Enumerable.Range(0, p[0].Length - 1).Select(x =>
                    Math.Max(Math.Max(p[y][x], p[y][x + 1]), Math.Max(p[y + 1][x], p[y + 1][x + 1]))).ToArray()).ToArray()
                """),
            ("one corner", Pooling("p[y][x]")),
            ("smallest", Pooling("Math.Min(Math.Min(p[y][x], p[y][x + 1]), Math.Min(p[y + 1][x], p[y + 1][x + 1]))")),
            ("from 0", Pooling("new[] { 0, p[y][x], p[y][x + 1], p[y + 1][x], p[y + 1][x + 1] }.Max()")),
        ],

        // 04
        ["BestEpoch"] =
        [
            ("counted from 0", "losses => Array.IndexOf(losses, losses.Min())"),
            ("last", "losses => losses.Length"),
            ("largest", "losses => Array.IndexOf(losses, losses.Max()) + 1"),
        ],
        ["EarlyStop"] =
        [
            ("against the epoch before", """
                (losses, patience) =>
                {
                    var bad = 0;
                    for (var i = 1; i < losses.Length; i++)
                    {
                        if (losses[i] < losses[i - 1]) bad = 0; else bad++;
                        if (bad >= patience) return i + 1;
                    }
                    return losses.Length;
                }
                """),
            ("never starts again", """
                (losses, patience) =>
                {
                    var (best, bad) = (losses[0], 0);
                    for (var i = 1; i < losses.Length; i++)
                    {
                        if (losses[i] < best) best = losses[i]; else bad++;
                        if (bad >= patience) return i + 1;
                    }
                    return losses.Length;
                }
                """),
            ("one epoch too long", """
                (losses, patience) =>
                {
                    var best = 0;
                    for (var i = 0; i < losses.Length; i++)
                    {
                        if (losses[i] < losses[best]) best = i;
                        if (i - best > patience) return i + 1;
                    }
                    return losses.Length;
                }
                """),
            ("counted from 0", """
                (losses, patience) =>
                {
                    var best = 0;
                    for (var i = 0; i < losses.Length; i++)
                    {
                        if (losses[i] < losses[best]) best = i;
                        if (i - best == patience) return i;
                    }
                    return losses.Length - 1;
                }
                """),
            ("the best epoch", "(losses, patience) => Array.IndexOf(losses, losses.Min()) + 1"),
        ],
        ["LossesOfATraining"] =
        [
            ("uphill", "(w, rate, steps) => [.. Enumerable.Range(0, steps).Select(_ => { var loss = (w - 3) * (w - 3); w += rate * 2 * (w - 3); return loss; })]"),
            ("after each step", "(w, rate, steps) => [.. Enumerable.Range(0, steps).Select(_ => { w -= rate * 2 * (w - 3); return (w - 3) * (w - 3); })]"),
            ("half the slope", "(w, rate, steps) => [.. Enumerable.Range(0, steps).Select(_ => { var loss = (w - 3) * (w - 3); w -= rate * (w - 3); return loss; })]"),
            ("always the first slope", "(w, rate, steps) => { var slope = 2 * (w - 3); return [.. Enumerable.Range(0, steps).Select(i => Math.Pow(w - i * rate * slope - 3, 2))]; }"),
        ],

        // 05
        ["ResidualMap"] =
        [
            ("not absolute", "(picture, copy) => [.. picture.Zip(copy, (p, c) => p[0] - c[0] + p[1] - c[1] + p[2] - c[2])]"),
            ("as bytes", "(picture, copy) => [.. picture.Zip(copy, (p, c) => Enumerable.Range(0, 3).Sum(i => (byte)(p[i] - c[i])))]"),
            ("mean", "(picture, copy) => [.. picture.Zip(copy, (p, c) => (Math.Abs(p[0] - c[0]) + Math.Abs(p[1] - c[1]) + Math.Abs(p[2] - c[2])) / 3)]"),
            ("largest channel", "(picture, copy) => [.. picture.Zip(copy, (p, c) => Math.Max(Math.Abs(p[0] - c[0]), Math.Max(Math.Abs(p[1] - c[1]), Math.Abs(p[2] - c[2]))))]"),
            ("squared", "(picture, copy) => [.. picture.Zip(copy, (p, c) => p.Zip(c, (a, b) => (a - b) * (a - b)).Sum())]"),
        ],
        ["FixedScale"] =
        [
            ("not sorted", "(values, share) => values[(int)Math.Ceiling(share * values.Length) - 1]"),
            ("one too high", "(values, share) => { Array.Sort(values); return values[Math.Min((int)(share * values.Length), values.Length - 1)]; }"),
            ("share of the range", "(values, share) => values.Min() * (1 - share) + values.Max() * share"),
            ("largest", "(values, share) => values.Max()"),
        ],

        // 06
        ["Rates"] =
        [
            ("whole numbers", """
                (isPositive, scores, threshold) =>
                {
                    int tp = 0, fn = 0, fp = 0, tn = 0;
                    for (var i = 0; i < scores.Length; i++)
                    {
                        var called = scores[i] >= threshold;
                        if (isPositive[i] && called) tp++;
                        if (isPositive[i] && !called) fn++;
                        if (!isPositive[i] && called) fp++;
                        if (!isPositive[i] && !called) tn++;
                    }
                    return (tp / (tp + fn), fp / (fp + tn));
                }
                """),
            ("of all", """
                (isPositive, scores, threshold) =>
                {
                    double tp = scores.Where((s, i) => isPositive[i] && s >= threshold).Count();
                    double fp = scores.Where((s, i) => !isPositive[i] && s >= threshold).Count();
                    return (tp / scores.Length, fp / scores.Length);
                }
                """),
            ("above only", """
                (isPositive, scores, threshold) =>
                {
                    double Rate(bool group) => (double)scores.Where((s, i) => isPositive[i] == group && s > threshold).Count() / isPositive.Count(p => p == group);
                    return (Rate(true), Rate(false));
                }
                """),
            ("swapped", """
                (isPositive, scores, threshold) =>
                {
                    double Rate(bool group) => (double)scores.Where((s, i) => isPositive[i] == group && s >= threshold).Count() / isPositive.Count(p => p == group);
                    return (Rate(false), Rate(true));
                }
                """),
            ("of the reported", """
                (isPositive, scores, threshold) =>
                {
                    double tp = scores.Where((s, i) => isPositive[i] && s >= threshold).Count();
                    double fp = scores.Where((s, i) => !isPositive[i] && s >= threshold).Count();
                    return (tp / (tp + fp), fp / (tp + fp));
                }
                """),
        ],
        ["AucByPairs"] =
        [
            ("ties count nothing", "(positives, negatives) => positives.Average(p => negatives.Average(n => p > n ? 1.0 : 0.0))"),
            ("ties count fully", "(positives, negatives) => positives.Average(p => negatives.Average(n => p >= n ? 1.0 : 0.0))"),
            ("the wrong way", "(positives, negatives) => negatives.Average(n => positives.Average(p => n > p ? 1.0 : n == p ? 0.5 : 0.0))"),
            ("not divided", "(positives, negatives) => positives.Sum(p => negatives.Sum(n => p > n ? 1.0 : p == n ? 0.5 : 0.0))"),
        ],
        ["Area"] =
        [
            ("left heights", "(fpr, tpr) => { var sum = 0.0; for (var i = 0; i + 1 < fpr.Length; i++) sum += (fpr[i + 1] - fpr[i]) * tpr[i]; return sum; }"),
            ("right heights", "(fpr, tpr) => Enumerable.Range(1, fpr.Length - 1).Sum(i => (fpr[i] - fpr[i - 1]) * tpr[i])"),
            ("not halved", "(fpr, tpr) => Enumerable.Range(1, fpr.Length - 1).Sum(i => (fpr[i] - fpr[i - 1]) * (tpr[i] + tpr[i - 1]))"),
            ("mean height", "(fpr, tpr) => tpr.Sum() / tpr.Length"),
        ],

        // 07
        ["CheapestThreshold"] =
        [
            ("costs exchanged", """
                (isDefective, scores, costOfMiss, costOfAlarm) => scores.MinBy(t =>
                    costOfAlarm * scores.Where((s, i) => isDefective[i] && s < t).Count() + costOfMiss * scores.Where((s, i) => !isDefective[i] && s >= t).Count())
                """),
            ("costs ignored", "(isDefective, scores, costOfMiss, costOfAlarm) => scores.MinBy(t => scores.Where((s, i) => isDefective[i] != s >= t).Count())"),
            ("above only", """
                (isDefective, scores, costOfMiss, costOfAlarm) => scores.MinBy(t =>
                    costOfMiss * scores.Where((s, i) => isDefective[i] && s <= t).Count() + costOfAlarm * scores.Where((s, i) => !isDefective[i] && s > t).Count())
                """),
            ("dearest", """
                (isDefective, scores, costOfMiss, costOfAlarm) => scores.OrderByDescending(t =>
                    costOfMiss * scores.Where((s, i) => isDefective[i] && s < t).Count() + costOfAlarm * scores.Where((s, i) => !isDefective[i] && s >= t).Count()).First()
                """),
            ("cost returned", """
                (isDefective, scores, costOfMiss, costOfAlarm) => scores.Min(t =>
                    costOfMiss * scores.Where((s, i) => isDefective[i] && s < t).Count() + costOfAlarm * scores.Where((s, i) => !isDefective[i] && s >= t).Count())
                """),
        ],
        ["PerThousand"] =
        [
            ("alarms among all", "(tpr, fpr, bad) => (bad - bad * tpr, fpr * 1000)"),
            ("found instead", "(tpr, fpr, bad) => (tpr * bad, fpr * (1000 - bad))"),
            ("balanced", "(tpr, fpr, bad) => (500 - 500 * tpr, 500 * fpr)"),
            ("swapped", "(tpr, fpr, bad) => (fpr * (1000 - bad), (1 - tpr) * bad)"),
        ],
        ["NoAlarmYet"] =
        [
            ("whole numbers", "good => 1 - Math.Pow(0.05, 1 / good)"),
            ("not reported", "good => Math.Exp(Math.Log(0.05) / good)"),
            ("95 %", "good => 1 - Math.Pow(0.95, 1.0 / good)"),
            ("rule of three", "good => 3.0 / good"),
        ],

        // 08
        ["MeanImage"] =
        [
            ("mean of each picture", "pictures => pictures.Select(p => p.Sum() / p.Length).ToArray()"),
            ("sum", """
                pictures =>
                {
                    var sum = new double[pictures[0].Length];
                    foreach (var picture in pictures)
                        for (var i = 0; i < sum.Length; i++)
                            sum[i] += picture[i];
                    return sum;
                }
                """),
            ("half and half", """
                pictures =>
                {
                    var mean = pictures[0];
                    foreach (var picture in pictures.Skip(1))
                        mean = mean.Zip(picture, (m, p) => 0.5 * m + 0.5 * p).ToArray();
                    return mean;
                }
                """),
        ],
        ["Calibrate"] =
        [
            ("not centred", """
                (good, difference) =>
                {
                    var mean = good.Average();
                    return difference / Math.Max(0.001, Math.Sqrt(good.Sum(g => (g - mean) * (g - mean)) / (good.Length - 1)));
                }
                """),
            ("variance", "(good, d) => (d - good.Average()) / Math.Max(0.001, good.Sum(g => (g - good.Average()) * (g - good.Average())) / (good.Length - 1))"),
            ("no least spread", "(good, d) => (d - good.Average()) / Math.Sqrt(good.Sum(g => Math.Pow(g - good.Average(), 2)) / (good.Length - 1))"),
            ("divided by n", "(good, d) => (d - good.Average()) / Math.Max(0.001, Math.Sqrt(good.Average(g => Math.Pow(g - good.Average(), 2))))"),
            ("without sign", "(good, d) => Math.Abs(d - good.Average()) / Math.Max(0.001, Math.Sqrt(good.Sum(g => Math.Pow(g - good.Average(), 2)) / (good.Length - 1)))"),
        ],
        ["Mahalanobis"] =
        [
            ("no root", """
                (x, mean, inverse) =>
                {
                    var sum = 0.0;
                    for (var i = 0; i < x.Length; i++)
                        for (var j = 0; j < x.Length; j++)
                            sum += (x[i] - mean[i]) * inverse[i][j] * (x[j] - mean[j]);
                    return sum;
                }
                """),
            ("without the matrix", "(x, mean, inverse) => Math.Sqrt(Enumerable.Range(0, x.Length).Sum(i => Math.Pow(mean[i] - x[i], 2)))"),
            ("diagonal only", "(x, mean, inverse) => Math.Sqrt(Enumerable.Range(0, x.Length).Sum(i => inverse[i][i] * Math.Pow(x[i] - mean[i], 2)))"),
            ("each pair once", """
                (x, mean, inverse) =>
                {
                    var sum = 0.0;
                    for (var i = 0; i < x.Length; i++)
                        for (var j = i; j < x.Length; j++)
                            sum += (x[i] - mean[i]) * inverse[i][j] * (x[j] - mean[j]);
                    return Math.Sqrt(sum);
                }
                """),
            ("not centred", "(x, mean, inverse) => Math.Sqrt(x.Select((a, i) => x.Select((b, j) => a * b * inverse[i][j]).Sum()).Sum())"),
        ],

        // 09
        ["NearestDistance"] =
        [
            ("squared", "(patch, memory) => memory.Select(m => m.Zip(patch, (a, b) => (a - b) * (a - b)).Sum()).Min()"),
            ("mean", "(patch, memory) => memory.Select(m => Math.Sqrt(m.Zip(patch, (a, b) => (a - b) * (a - b)).Sum())).Average()"),
            ("farthest", "(patch, memory) => memory.Select(m => Math.Sqrt(m.Zip(patch, (a, b) => (a - b) * (a - b)).Sum())).Max()"),
            ("absolute", "(patch, memory) => memory.Select(m => patch.Select((p, i) => Math.Abs(p - m[i])).Sum()).Min()"),
        ],
        ["Coreset"] =
        [
            ("from the last", CoresetAnswer("Apart(i, kept[^1])", among: "Where(i => !kept.Contains(i)).")),
            ("to and fro", CoresetAnswer("Apart(i, kept[^1])")),
            ("from the first", CoresetAnswer("Apart(i, 0)", among: "Where(i => !kept.Contains(i)).")),
            ("in sum", CoresetAnswer("kept.Sum(k => Apart(i, k))", among: "Where(i => !kept.Contains(i)).")),
            ("nearest", CoresetAnswer("-kept.Min(k => Apart(i, k))", among: "Where(i => !kept.Contains(i)).")),
        ],
        ["PatchScore"] =
        [
            ("mean", PatchScoreAnswer("patches.Average(p => memory.Min(m => Apart(p, m)))")),
            ("sum", PatchScoreAnswer("patches.Sum(p => memory.Min(m => Apart(p, m)))")),
            ("most familiar", PatchScoreAnswer("patches.SelectMany(p => memory.Select(m => Apart(p, m))).Min()")),
            ("farthest", PatchScoreAnswer("patches.SelectMany(p => memory.Select(m => Apart(p, m))).Max()")),
            ("the other way round", PatchScoreAnswer("memory.Max(m => patches.Min(p => Apart(p, m)))")),
        ],

        // 10
        ["PromisedRate"] =
        [
            ("seen rate", "(heldOut, alarms) => 1.0 * alarms / heldOut"),
            ("new one not an alarm", "(heldOut, alarms) => alarms / (heldOut + 1.0)"),
            ("new one not counted", "(heldOut, alarms) => (alarms + 1) / (double)heldOut"),
            ("whole numbers", "(heldOut, alarms) => (alarms + 1) / (heldOut + 1)"),
        ],
        ["HeldOutThreshold"] =
        [
            ("of those seen", "(scores, rate) => (int)(rate * scores.Length) is var j && j > 0 ? scores.OrderDescending().ElementAt(j - 1) : double.PositiveInfinity"),
            ("quantile", "(scores, rate) => scores.Order().ElementAt((int)Math.Ceiling((1 - rate) * scores.Length) - 1)"),
            ("one too low", "(scores, rate) => (int)(rate * (scores.Length + 1)) is var j && j > 0 ? scores.OrderDescending().ElementAt(j) : double.PositiveInfinity"),
            ("promised too much", "(scores, rate) => scores.OrderDescending().ElementAt(Math.Max((int)(rate * (scores.Length + 1)), 1) - 1)"),
            ("from below", "(scores, rate) => (int)(rate * (scores.Length + 1)) is var j && j > 0 ? scores.Order().ElementAt(j - 1) : double.PositiveInfinity"),
        ],
    };

    /// <summary>A 3×3 convolution with one mistake: the weight of the picture's number j rows and i columns into the window.</summary>
    private static string Convolution(string weight) => $$"""
        (picture, kernel) =>
        {
            var output = new double[picture.Length - 2][];
            for (var y = 0; y < output.Length; y++)
            {
                output[y] = new double[picture[0].Length - 2];
                for (var x = 0; x < output[y].Length; x++)
                    for (var j = 0; j < 3; j++)
                        for (var i = 0; i < 3; i++)
                            output[y][x] += {{weight}} * picture[y + j][x + i];
            }
            return output;
        }
        """;

    /// <summary>2×2 pooling that keeps the wrong thing of the window at p[y][x].</summary>
    private static string Pooling(string kept) => $$"""
        p =>
        {
            var output = new List<double[]>();
            for (var y = 0; y < p.Length; y += 2)
            {
                var row = new List<double>();
                for (var x = 0; x < p[0].Length; x += 2)
                    row.Add({{kept}});
                output.Add([.. row]);
            }
            return [.. output];
        }
        """;

    private static string CoresetAnswer(string value, string among = "") => $$"""
        (patches, count) =>
        {
            double Apart(int i, int k) => Math.Sqrt(patches[i].Zip(patches[k], (a, b) => (a - b) * (a - b)).Sum());
            var kept = new List<int> { 0 };
            while (kept.Count < count)
                kept.Add(Enumerable.Range(0, patches.Length).{{among}}MaxBy(i => {{value}}));
            return kept.ToArray();
        }
        """;

    private static string PatchScoreAnswer(string value) => $$"""
        (patches, memory) =>
        {
            double Apart(double[] p, double[] m) => Math.Sqrt(p.Zip(m, (a, b) => (a - b) * (a - b)).Sum());
            return {{value}};
        }
        """;
}
