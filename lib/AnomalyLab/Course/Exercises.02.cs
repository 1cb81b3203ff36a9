namespace AnomalyLab.Course;

public static partial class Exercises
{
    /// <summary>Notebook 2: how many pictures stay for training, and how many are held out for validation.</summary>
    /// <param name="split">Takes the number of pictures and the part to hold out, and gives both numbers; the second is rounded up.</param>
    public static ExerciseResult HoldOut(Func<int, double, (int Train, int Validation)>? split) => ExerciseCheck.Of(split,
        (pictures, part) => (pictures - Held(pictures, part), Held(pictures, part)),
        trials: [[166, 0.2], [10, 0.25], [12, 0.5]],
        mistakes: new()
        {
            ["rounded down"] = (pictures, part) => (pictures - (int)(pictures * part), (int)(pictures * part)),
            ["one lost"] = (pictures, part) => ((int)(pictures * (1 - part)), (int)(pictures * part)),
            ["swapped"] = (pictures, part) => (Held(pictures, part), pictures - Held(pictures, part)),
        });

    /// <summary>Notebook 2: the sizes of the batches.</summary>
    /// <param name="sizes">Takes the number of pictures and the size of a batch, and gives the size of each batch in turn.</param>
    public static ExerciseResult Batches(Func<int, int, int[]>? sizes) => ExerciseCheck.Of(sizes,
        (pictures, batchSize) => [.. Enumerable.Range(0, pictures).Chunk(batchSize).Select(batch => batch.Length)],
        trials: [[20, 8], [16, 8], [5, 8]],
        mistakes: new()
        {
            ["last one lost"] = (pictures, batchSize) => [.. Enumerable.Repeat(batchSize, pictures / batchSize)],
            ["an empty one"] = (pictures, batchSize) => [.. Enumerable.Repeat(batchSize, pictures / batchSize), pictures % batchSize],
            ["last one full"] = (pictures, batchSize) => [.. Enumerable.Repeat(batchSize, (pictures + batchSize - 1) / batchSize)],
        });

    /// <summary>Notebook 2: whether a picture is in both the training and the test.</summary>
    /// <param name="leaks">Takes the fingerprints of the training pictures and of the test pictures.</param>
    public static ExerciseResult Leak(Func<string[], string[], bool>? leaks) => ExerciseCheck.Of(leaks,
        (train, test) => train.Intersect(test).Any(),
        trials:
        [
            [new[] { "A1", "B2", "C3" }, new[] { "D4", "E5" }],
            [new[] { "A1", "B2", "C3" }, new[] { "C3", "D4" }],
            [new[] { "A1", "A1", "B2" }, new[] { "C3" }],
            [new[] { "A1", "B2" }, new[] { "A1", "C3" }],
        ],
        mistakes: new()
        {
            ["the other way round"] = (train, test) => !train.Intersect(test).Any(),
            ["same place"] = (train, test) => train.Zip(test).Any(pair => pair.First == pair.Second),
            ["all of them"] = (train, test) => test.All(train.Contains),
            ["counted"] = (train, test) => train.Concat(test).Distinct().Count() < train.Length + test.Length,
        });

    private static int Held(int pictures, double part) => (int)Math.Ceiling(pictures * part);
}
