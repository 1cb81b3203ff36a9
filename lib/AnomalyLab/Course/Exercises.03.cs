namespace AnomalyLab.Course;

public static partial class Exercises
{
    /// <summary>Notebook 3: a 3×3 convolution without padding, with a stride of 1.</summary>
    /// <param name="convolve">Takes a picture, row by row, and a kernel of 3×3; gives the output, two rows and two columns smaller.</param>
    public static ExerciseResult Convolve(Func<double[][], double[][], double[][]>? convolve) => ExerciseCheck.Of(convolve,
        (picture, kernel) => Convolution(picture, (y, x) => kernel[y][x]),
        trials:
        [
            [
                new[] { new[] { 1.0, 2, 0, 1 }, new[] { 0.0, 3, 1, 2 }, new[] { 2.0, 1, 4, 0 }, new[] { 1.0, 0, 2, 3 } },
                new[] { new[] { 1.0, 2, 0 }, new[] { 0.0, -1, 3 }, new[] { 1.0, 0, 0 } },
            ],
            [
                new[] { new[] { 1.0, 0, 2, 5, 1 }, new[] { 3.0, 1, 0, 2, 2 }, new[] { 0.0, 4, 1, 1, 0 } },
                new[] { new[] { 0.0, 1, 0 }, new[] { 2.0, 0, 0 }, new[] { 0.0, 0, 1 } },
            ],
        ],
        mistakes: new()
        {
            ["turned round"] = (picture, kernel) => Convolution(picture, (y, x) => kernel[2 - y][2 - x]),
            ["rows and columns exchanged"] = (picture, kernel) => Convolution(picture, (y, x) => kernel[x][y]),
            ["mean"] = (picture, kernel) => Convolution(picture, (y, x) => kernel[y][x] / 9),
            ["padded"] = (picture, kernel) => Convolution(Padded(picture), (y, x) => kernel[y][x]),
        });

    /// <summary>Notebook 3: how many weights a 3×3 convolution has.</summary>
    /// <param name="count">Takes the numbers of channels that come in and go out, and gives the number of weights with the biases.</param>
    public static ExerciseResult ConvolutionWeights(Func<int, int, int>? count) => ExerciseCheck.Of(count,
        (channelsIn, channelsOut) => channelsOut * (9 * channelsIn + 1),
        trials: [[3, 16], [16, 16], [256, 512]],
        mistakes: new()
        {
            ["no bias"] = (channelsIn, channelsOut) => 9 * channelsIn * channelsOut,
            ["a bias for each input"] = (channelsIn, channelsOut) => channelsIn * (9 * channelsOut + 1),
            ["one bias"] = (channelsIn, channelsOut) => 9 * channelsIn * channelsOut + 1,
            ["one channel"] = (_, channelsOut) => channelsOut * (9 + 1),
        });

    /// <summary>Notebook 3: 2×2 max pooling.</summary>
    /// <param name="pool">Takes a picture, row by row, with an even number of rows and columns; gives one of half the height and width.</param>
    public static ExerciseResult MaxPool(Func<double[][], double[][]>? pool) => ExerciseCheck.Of(pool,
        picture => Pooled(picture, 2, window => window.Max()),
        trials:
        [
            [new[] { new[] { 1.0, 3, 2, 0 }, new[] { 5.0, 2, 1, 4 }, new[] { 0.0, 6, 7, 3 }, new[] { 2.0, 1, 8, 5 } }],
            [new[] { new[] { -4.0, -1, 2, 9, 0, 3 }, new[] { -2.0, -3, 6, 1, 7, 5 } }],
        ],
        mistakes: new()
        {
            ["mean"] = picture => Pooled(picture, 2, window => window.Average()),
            ["overlapping"] = picture => Pooled(picture, 1, window => window.Max()),
            ["one corner"] = picture => Pooled(picture, 2, window => window[0]),
            ["smallest"] = picture => Pooled(picture, 2, window => window.Min()),
            ["from 0"] = picture => Pooled(picture, 2, window => Math.Max(0, window.Max())),
        });

    private static double[][] Convolution(double[][] picture, Func<int, int, double> weight) =>
        Windows(picture, 3, 1, window => window.Select((value, i) => weight(i / 3, i % 3) * value).Sum());

    private static double[][] Pooled(double[][] picture, int stride, Func<double[], double> keep) => Windows(picture, 2, stride, keep);

    /// <summary>What a function makes of each square window, whose numbers it gets row by row.</summary>
    private static double[][] Windows(double[][] picture, int size, int stride, Func<double[], double> of)
    {
        IEnumerable<int> Starts(int length) => Enumerable.Range(0, (length - size) / stride + 1).Select(i => i * stride);
        return [.. Starts(picture.Length).Select(top => Starts(picture[0].Length)
            .Select(left => of([.. picture[top..(top + size)].SelectMany(row => row[left..(left + size)])])).ToArray())];
    }

    private static double[][] Padded(double[][] picture)
    {
        var border = new double[picture[0].Length + 2];
        return [border, .. picture.Select(row => (double[])[0, .. row, 0]), border];
    }
}
