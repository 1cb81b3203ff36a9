namespace AnomalyLab.Course;

public static partial class Exercises
{
    /// <summary>Notebook 5: the anomaly map of a few pixels.</summary>
    /// <param name="map">Takes the pixels of a picture and of its reconstruction, each [red, green, blue], and gives each pixel's sum of absolute differences, 0..765.</param>
    public static ExerciseResult ResidualMap(Func<byte[][], byte[][], int[]>? map) => ExerciseCheck.Of(map,
        (picture, copy) => Residuals(picture, copy, (p, c) => Math.Abs(p - c)),
        trials:
        [
            [new byte[][] { [10, 20, 30], [200, 100, 50] }, new byte[][] { [14, 20, 27], [180, 130, 50] }],
            [new byte[][] { [0, 255, 128] }, new byte[][] { [255, 0, 120] }],
        ],
        mistakes: new()
        {
            ["not absolute"] = (picture, copy) => Residuals(picture, copy, (p, c) => p - c),
            ["as bytes"] = (picture, copy) => Residuals(picture, copy, (p, c) => unchecked((byte)(p - c))),
            ["mean"] = (picture, copy) => [.. Residuals(picture, copy, (p, c) => Math.Abs(p - c)).Select(sum => sum / 3)],
            ["largest channel"] = (picture, copy) => [.. picture.Zip(copy, (p, c) => p.Zip(c, (a, b) => Math.Abs(a - b)).Max())],
            ["squared"] = (picture, copy) => Residuals(picture, copy, (p, c) => (p - c) * (p - c)),
        });

    /// <summary>Notebook 5: the end of a fixed colour scale.</summary>
    /// <param name="scale">Takes the values of good pictures' maps, in no order, and a share above 0 up to 1; gives the smallest of the values that this share of them does not exceed.</param>
    public static ExerciseResult FixedScale(Func<double[], double, double>? scale) => ExerciseCheck.Of(scale,
        (values, share) => values.Order().ElementAt((int)Math.Ceiling(share * values.Length) - 1),
        trials:
        [
            [new[] { 7.0, 1, 9, 3, 20, 2, 5, 6, 8, 4 }, 0.9],
            [new[] { 30.0, 10, 90, 40 }, 0.5],
            [new[] { 3.0, 8, 1, 2, 5 }, 1.0],
        ],
        mistakes: new()
        {
            ["not sorted"] = (values, share) => values[(int)Math.Ceiling(share * values.Length) - 1],
            ["one too high"] = (values, share) => values.Order().ElementAt(Math.Min((int)Math.Ceiling(share * values.Length), values.Length - 1)),
            ["share of the range"] = (values, share) => values.Min() + share * (values.Max() - values.Min()),
            ["largest"] = (values, _) => values.Max(),
        });

    private static int[] Residuals(byte[][] picture, byte[][] copy, Func<int, int, int> difference) =>
        [.. picture.Zip(copy, (p, c) => p.Zip(c, (a, b) => difference(a, b)).Sum())];
}
