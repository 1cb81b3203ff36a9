namespace AnomalyLab.Data;

/// <summary>What a category's folder holds, and everything that is wrong with it.</summary>
/// <param name="Folder">The category's folder, for example <c>data/mvtec/bottle</c>.</param>
/// <param name="Train">Number of images in <c>train/good</c>.</param>
/// <param name="GoodTest">Number of images in <c>test/good</c>.</param>
/// <param name="Bad">Number of images in the other folders of <c>test</c>, the defects.</param>
/// <param name="Problems">One sentence per problem, each with its path; empty for a complete category.</param>
public sealed record CategoryCheck(string Folder, int Train, int GoodTest, int Bad, IReadOnlyList<string> Problems)
{
    /// <summary>The counts of MVTec AD's own categories that the course relies on.</summary>
    private static readonly Dictionary<string, (int Train, int GoodTest, int Bad)> Known = new() { ["bottle"] = (209, 20, 63) };

    /// <summary>The category's name, which is its folder's.</summary>
    public string Name => Path.GetFileName(Path.TrimEndingDirectorySeparator(Folder));

    /// <summary>Whether nothing is wrong.</summary>
    public bool IsWhole => Problems.Count == 0;

    /// <summary>Whether a folder looks like a category: whether it has a folder <c>train/good</c>.</summary>
    /// <param name="folder">The folder to look at.</param>
    public static bool IsCategory(string folder) => Directory.Exists(Path.Combine(folder, "train", "good"));

    /// <summary>The categories directly below a folder, in the order of their names; none where there is no such folder.</summary>
    /// <param name="root">A folder of categories, for example <c>data/mvtec</c>.</param>
    public static IReadOnlyList<string> FindCategories(string root) =>
        [.. PictureFolder.FoldersIn(root).Where(IsCategory)];

    /// <summary>
    /// Checks every file: that the counts are MVTec AD's (for <c>bottle</c>; for others, that there are images), that every
    /// image decodes to its last row, and that every image of a defect has a mask of its size that marks something.
    /// </summary>
    /// <param name="folder">The category's folder.</param>
    /// <param name="progress">Is told the fraction of the images that has been checked, 0..1.</param>
    /// <param name="cancel">Ends the check early.</param>
    public static CategoryCheck Verify(string folder, IProgress<double>? progress = null, CancellationToken cancel = default)
    {
        if (!IsCategory(folder))
            return new(folder, 0, 0, 0, [$"{folder} is no category: it has no folder train/good. Expected are train/good, test/good, test/DEFECT and ground_truth/DEFECT."]);

        var train = MvtecCategory.GoodIn(folder, "train");
        var goodTest = MvtecCategory.GoodIn(folder, "test");
        var bad = MvtecCategory.DefectiveIn(folder);
        var orphans = PictureFolder.FoldersIn(Path.Combine(folder, "ground_truth")).SelectMany(kind => PictureFolder.Read(kind).Pictures)
            .Except(bad.Select(sample => sample.MaskPath)).Select(mask => $"{mask} is a mask without an image in test.");
        var strangers = new[] { "train", "test", "ground_truth" }.SelectMany(part => PictureFolder.FoldersIn(Path.Combine(folder, part))).SelectMany(kind => PictureFolder.Read(kind).Others)
            .Select(file => $"{file} is no picture, or of a kind that the course does not know: it would be passed over.");

        List<Sample> samples = [.. train, .. goodTest, .. bad];
        var done = 0;
        var problems = samples.AsParallel().AsOrdered().WithCancellation(cancel).SelectMany(sample =>
        {
            var found = CheckImage(sample.Path, sample.MaskPath);
            progress?.Report((double)Interlocked.Increment(ref done) / samples.Count);
            return found;
        });

        var check = new CategoryCheck(folder, train.Count, goodTest.Count, bad.Count, []);
        return check with { Problems = [.. check.CheckCounts(), .. problems, .. orphans, .. strangers] };
    }

    private IEnumerable<string> CheckCounts()
    {
        var known = Known.TryGetValue(Name, out var counts);
        return new[] { ("train/good", Train, counts.Train), ("test/good", GoodTest, counts.GoodTest), ("test/DEFECT", Bad, counts.Bad) }
            .Where(row => known ? row.Item2 != row.Item3 : row.Item2 == 0)
            .Select(row => $"{Folder} has {row.Item2} images in {row.Item1}; {(known ? $"MVTec AD's {Name} has {row.Item3}" : "at least one is needed")}.");
    }

    private static List<string> CheckImage(string image, string? mask)
    {
        var problems = new List<string>();
        (int Width, int Height)? size = null, maskSize = null;
        void Try(Action read)
        {
            try
            {
                read();
            }
            catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException)
            {
                problems.Add(e.Message);
            }
        }

        Try(() => size = PictureFile.Read(image) is var read ? (read.Width, read.Height) : null);
        if (mask is not null && !File.Exists(mask))
            problems.Add($"{image} has no mask: {mask} is missing.");
        else if (mask is not null)
            Try(() => maskSize = PictureFile.ReadMask(mask) is var read ? (read.Width, read.Height) : null);
        if (size is { } ofImage && maskSize is { } ofMask && ofMask != ofImage)
            problems.Add($"{mask} is {ofMask.Width}×{ofMask.Height} pixels, but its image is {ofImage.Width}×{ofImage.Height}.");
        return problems;
    }
}
