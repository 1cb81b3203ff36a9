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
    };
}
