namespace AnomalyLab.Course;

public static partial class Exercises
{
    /// <summary>Notebook 9: the distance of a patch to the nearest remembered one.</summary>
    /// <param name="distance">Takes the features of a patch and those of the remembered patches, all equally many; gives the distance.</param>
    public static ExerciseResult NearestDistance(Func<double[], double[][], double>? distance) => ExerciseCheck.Of(distance,
        (patch, memory) => memory.Min(known => Apart(patch, known)),
        trials:
        [
            [new[] { 0.0, 0.0 }, new double[][] { [3, 4], [0, 6], [6, 8] }],
            [new[] { 1.0, 2.0, 3.0 }, new double[][] { [1, 2, 5], [4, 6, 3] }],
        ],
        mistakes: new()
        {
            ["squared"] = (patch, memory) => memory.Min(known => Math.Pow(Apart(patch, known), 2)),
            ["mean"] = (patch, memory) => memory.Average(known => Apart(patch, known)),
            ["farthest"] = (patch, memory) => memory.Max(known => Apart(patch, known)),
            ["absolute"] = (patch, memory) => memory.Min(known => patch.Zip(known, (a, b) => Math.Abs(a - b)).Sum()),
        });

    /// <summary>Notebook 9: the patches that a coreset keeps.</summary>
    /// <param name="chosen">
    /// Takes the features of patches and how many to keep; gives the indices of those kept, in the order in which they were chosen: 0
    /// first, then always the one that is farthest from its nearest chosen one.
    /// </param>
    public static ExerciseResult Coreset(Func<double[][], int, int[]>? chosen) => ExerciseCheck.Of(chosen,
        (patches, count) => Chosen(patches, count, (i, kept) => kept.Min(k => Apart(patches[i], patches[k]))),
        trials:
        [
            [new double[][] { [0, 0], [1, 0], [5, 0], [9, 1], [4, 6] }, 4],
            [new double[][] { [0, 0], [10, 0], [9, 4], [4.5, 1] }, 3],
        ],
        mistakes: new()
        {
            ["from the last"] = (patches, count) => Chosen(patches, count, (i, kept) => Apart(patches[i], patches[kept[^1]])),
            ["to and fro"] = (patches, count) => Chosen(patches, count, (i, kept) => Apart(patches[i], patches[kept[^1]]), again: true),
            ["from the first"] = (patches, count) => Chosen(patches, count, (i, _) => Apart(patches[i], patches[0])),
            ["in sum"] = (patches, count) => Chosen(patches, count, (i, kept) => kept.Sum(k => Apart(patches[i], patches[k]))),
            ["nearest"] = (patches, count) => Chosen(patches, count, (i, kept) => -kept.Min(k => Apart(patches[i], patches[k]))),
        });

    /// <summary>Notebook 9: PatchCore's score of a picture.</summary>
    /// <param name="score">Takes the features of a picture's patches and those of the remembered ones; gives the distance of the strangest patch.</param>
    public static ExerciseResult PatchScore(Func<double[][], double[][], double>? score) => ExerciseCheck.Of(score,
        (patches, memory) => patches.Max(patch => memory.Min(known => Apart(patch, known))),
        trials:
        [
            [new double[][] { [0, 0], [1, 1], [5, 0] }, new double[][] { [0, 1], [1, 1], [2, 0] }],
            [new double[][] { [2], [8] }, new double[][] { [3], [10] }],
        ],
        mistakes: new()
        {
            ["mean"] = (patches, memory) => patches.Average(patch => memory.Min(known => Apart(patch, known))),
            ["sum"] = (patches, memory) => patches.Sum(patch => memory.Min(known => Apart(patch, known))),
            ["most familiar"] = (patches, memory) => patches.Min(patch => memory.Min(known => Apart(patch, known))),
            ["farthest"] = (patches, memory) => patches.Max(patch => memory.Max(known => Apart(patch, known))),
            ["the other way round"] = (patches, memory) => memory.Max(known => patches.Min(patch => Apart(patch, known))),
        });

    private static double Apart(double[] a, double[] b) => Math.Sqrt(a.Zip(b, (x, y) => (x - y) * (x - y)).Sum());

    /// <summary>Begins with 0, and adds the one with the largest value until there are enough.</summary>
    private static int[] Chosen(double[][] patches, int count, Func<int, List<int>, double> value, bool again = false)
    {
        List<int> kept = [0];
        while (kept.Count < count)
            kept.Add(Enumerable.Range(0, patches.Length).Where(i => again || !kept.Contains(i)).MaxBy(i => value(i, kept)));
        return [.. kept];
    }
}
