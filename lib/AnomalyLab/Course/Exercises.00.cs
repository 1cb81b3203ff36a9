namespace AnomalyLab.Course;

/// <summary>
/// The exercises of the course. Each is a method that takes the learner's answer and checks it. The
/// exercises of a notebook are in the file with its number.
/// </summary>
public static partial class Exercises
{
    /// <summary>Notebook 0: the mean squared error of two pictures.</summary>
    /// <param name="loss">Takes the numbers of a picture and of its copy, equally many, and gives the loss.</param>
    public static ExerciseResult MeanSquaredError(Func<double[], double[], double>? loss) => ExerciseCheck.Of(loss,
        (picture, copy) => picture.Zip(copy, (p, c) => (p - c) * (p - c)).Average(),
        trials:
        [
            [new[] { 0.0, 1.0 }, new[] { 0.5, 1.0 }],
            [new[] { 0.2, 0.4, 0.9 }, new[] { 0.7, 0.1, 0.9 }],
        ],
        mistakes: new()
        {
            ["not squared"] = (picture, copy) => picture.Zip(copy, (p, c) => p - c).Average(),
            ["not squared, copy first"] = (picture, copy) => picture.Zip(copy, (p, c) => c - p).Average(),
            ["absolute"] = (picture, copy) => picture.Zip(copy, (p, c) => Math.Abs(p - c)).Average(),
            ["sum"] = (picture, copy) => picture.Zip(copy, (p, c) => (p - c) * (p - c)).Sum(),
            ["root"] = (picture, copy) => Math.Sqrt(picture.Zip(copy, (p, c) => (p - c) * (p - c)).Average()),
            ["squared too late"] = (picture, copy) => Math.Pow(picture.Zip(copy, (p, c) => p - c).Average(), 2),
        });

    /// <summary>Notebook 0: where a copy differs most from its picture.</summary>
    /// <param name="place">Takes the numbers of a picture and of its copy, equally many, and gives the index of the number that differs most.</param>
    public static ExerciseResult LargestDifference(Func<double[], double[], int>? place) => ExerciseCheck.Of(place,
        (picture, copy) => Largest(picture, copy, Math.Abs),
        trials:
        [
            [new[] { 0.1, 0.8, 0.5, 0.9 }, new[] { 0.1, 0.6, 0.9, 1.0 }],
            [new[] { 0.7, 0.2, 0.9, 0.5 }, new[] { 0.6, 0.5, 0.3, 0.5 }],
        ],
        mistakes: new()
        {
            ["brighter only"] = (picture, copy) => Largest(picture, copy, difference => difference),
            ["darker only"] = (picture, copy) => Largest(picture, copy, difference => -difference),
            ["smallest"] = (picture, copy) => Largest(picture, copy, difference => -Math.Abs(difference)),
            ["brightest"] = (picture, _) => Largest(picture, new double[picture.Length], value => value),
            ["counted from 1"] = (picture, copy) => Largest(picture, copy, Math.Abs) + 1,
        });

    /// <summary>Notebook 0: two knobs that are turned until a dark picture looks like the bright one.</summary>
    /// <param name="fit">Takes the numbers of both pictures and gives the two knobs: bright ≈ gain · dark + offset.</param>
    public static ExerciseResult FitTwoKnobs(Func<double[], double[], (double Gain, double Offset)>? fit) => ExerciseCheck.Of(fit,
        LeastSquares,
        trials:
        [
            [new[] { 0.0, 0.2, 0.4, 0.6, 0.8 }, new[] { 0.21, 0.49, 0.8, 1.11, 1.39 }],
            [new[] { 0.1, 0.3, 0.7, 0.9 }, new[] { 0.3, 0.42, 0.68, 0.8 }],
        ],
        mistakes: new()
        {
            ["gain only"] = (dark, bright) => (dark.Zip(bright, (d, b) => d * b).Sum() / dark.Sum(d => d * d), 0),
            ["ran away"] = (_, _) => (double.NaN, double.NaN),
            ["swapped"] = (dark, bright) => (LeastSquares(dark, bright).Offset, LeastSquares(dark, bright).Gain),
        },
        tolerance: 0.02);

    private static int Largest(double[] picture, double[] copy, Func<double, double> size) =>
        Enumerable.Range(0, picture.Length).MaxBy(i => size(picture[i] - copy[i]));

    private static (double Gain, double Offset) LeastSquares(double[] dark, double[] bright)
    {
        var (x, y) = (dark.Average(), bright.Average());
        var gain = dark.Zip(bright, (d, b) => (d - x) * (b - y)).Sum() / dark.Sum(d => (d - x) * (d - x));
        return (gain, y - gain * x);
    }
}
