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
