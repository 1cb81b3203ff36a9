using SkiaSharp;

namespace AnomalyLab.Data;

/// <summary>What a category's folder holds, and everything that is wrong with it.</summary>
/// <param name="Folder">The category's folder, for example <c>data/mvtec/bottle</c>.</param>
/// <param name="Train">Number of images in <c>train/good</c>.</param>
/// <param name="GoodTest">Number of images in <c>test/good</c>.</param>
/// <param name="Bad">Number of images in the other folders of <c>test</c>, the defects.</param>
/// <param name="Problems">One sentence a problem, each with the path it is about; empty for a whole category.</param>
public sealed record CategoryCheck(string Folder, int Train, int GoodTest, int Bad, IReadOnlyList<string> Problems)
{
    /// <summary>The counts of MVTec AD's own categories that the course relies on.</summary>
    private static readonly Dictionary<string, (int Train, int GoodTest, int Bad)> Known = new() { ["bottle"] = (209, 20, 63) };

    /// <summary>The category's name, which is its folder's.</summary>
    public string Name => Path.GetFileName(Path.TrimEndingDirectorySeparator(Folder));

    /// <summary>Whether nothing is wrong.</summary>
    public bool IsWhole => Problems.Count == 0;

    /// <summary>Whether a folder looks like a category, which is to have a folder <c>train/good</c>.</summary>
    /// <param name="folder">The folder to look at.</param>
    public static bool IsCategory(string folder) => Directory.Exists(Path.Combine(folder, "train", "good"));

    /// <summary>The categories directly below a folder, in the order of their names; none where there is no such folder.</summary>
    /// <param name="root">A folder of categories, for example <c>data/mvtec</c>.</param>
    public static IReadOnlyList<string> FindCategories(string root) =>
        Directory.Exists(root)
            ? [.. Directory.EnumerateDirectories(root).Where(folder => !IsHidden(folder) && IsCategory(folder)).Order(StringComparer.Ordinal)]
            : [];

    /// <summary>
    /// Looks at every file: that the counts are MVTec AD's (for <c>bottle</c>; elsewhere that there are some), that
    /// every image decodes to its last row, and that every image of a defect has a mask of its size.
    /// </summary>
    /// <param name="folder">The category's folder.</param>
    /// <param name="progress">Is told the part of the images already checked, 0..1.</param>
    /// <param name="cancel">Ends the check early.</param>
    public static CategoryCheck Verify(string folder, IProgress<double>? progress = null, CancellationToken cancel = default)
    {
        if (!IsCategory(folder))
            return new(folder, 0, 0, 0, [$"{folder} is no category: it has no folder train/good. Expected are train/good, test/good, test/DEFECT and ground_truth/DEFECT."]);

        var train = Samples(folder, "train", Sample.Good);
        var goodTest = Samples(folder, "test", Sample.Good);
        var bad = Folders(folder, "test").Where(defect => defect != Sample.Good).SelectMany(defect => Samples(folder, "test", defect)).ToList();
        var orphans = Folders(folder, "ground_truth").SelectMany(defect => Files(folder, "ground_truth", defect))
            .Except(bad.Select(sample => sample.MaskPath)).Select(mask => $"{mask} is a mask without an image in test.");
        var strangers = new[] { "train", "test" }.SelectMany(split => Folders(folder, split).SelectMany(defect => Files(folder, split, defect)))
            .Where(file => !IsPng(file)).Select(file => $"{file} is no .png file: the course would pass it over.");

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
        var size = Decode(image, problems);
        if (mask is null)
            return problems;
        if (!File.Exists(mask))
            problems.Add($"{image} has no mask: {mask} is missing.");
        else if (Decode(mask, problems) is { } maskSize && size is { } imageSize && maskSize != imageSize)
            problems.Add($"{mask} is {maskSize.Width}×{maskSize.Height} pixels, but its image is {imageSize.Width}×{imageSize.Height}.");
        return problems;
    }

    private static SKSizeI? Decode(string file, List<string> problems)
    {
        // SKBitmap.Decode would take a cut-off file for whole and leave its missing rows empty.
        using var codec = SKCodec.Create(file, out var result);
        if (codec is null)
        {
            problems.Add($"{file} is not an image that can be read ({result}).");
            return null;
        }
        using var bitmap = new SKBitmap(codec.Info.WithColorSpace(null)); // see ImageTensors.Decode
        result = codec.GetPixels(bitmap.Info, bitmap.GetPixels());
        if (result != SKCodecResult.Success)
        {
            problems.Add(result == SKCodecResult.IncompleteInput ? $"{file} is cut off: the image ends before its last row." : $"{file} is damaged and cannot be decoded ({result}).");
            return null;
        }
        return codec.Info.Size;
    }

    private static List<Sample> Samples(string folder, string split, string defect) =>
        [.. Files(folder, split, defect).Where(IsPng).Select(file => new Sample(file, defect,
            defect == Sample.Good ? null : Path.Combine(folder, "ground_truth", defect, Path.GetFileNameWithoutExtension(file) + "_mask.png")))];

    private static IEnumerable<string> Folders(string folder, string part)
    {
        var path = Path.Combine(folder, part);
        return Directory.Exists(path)
            ? Directory.EnumerateDirectories(path).Where(name => !IsHidden(name)).Select(name => Path.GetFileName(name)).Order(StringComparer.Ordinal)
            : [];
    }

    private static List<string> Files(string folder, string part, string kind)
    {
        var path = Path.Combine(folder, part, kind);
        return Directory.Exists(path)
            ? [.. Directory.EnumerateFiles(path).Where(name => !IsHidden(name)).Order(StringComparer.Ordinal)]
            : [];
    }

    private static bool IsPng(string file) => Path.GetExtension(file) == ".png";

    private static bool IsHidden(string path) => Path.GetFileName(path).StartsWith('.');
}
