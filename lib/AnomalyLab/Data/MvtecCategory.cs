using AnomalyLab.Display;

namespace AnomalyLab.Data;

/// <summary>
/// One category in the layout of MVTec AD: <c>train/good</c>, <c>test/good</c>, <c>test/DEFECT</c> and
/// <c>ground_truth/DEFECT/NAME_mask.png</c>. Samples are always in the order of their file names. Pictures and masks may
/// have any format that the library reads, and a mask may have the same name as its picture. Hidden files are ignored.
/// </summary>
/// <remarks>
/// MVTec AD: Bergmann, Fauser, Sattlegger, Steger, "A Comprehensive Real-World Dataset for Unsupervised Anomaly
/// Detection", CVPR 2019; CC BY-NC-SA 4.0.
/// </remarks>
[TypeFormatterSource(typeof(DisplayFormatters))]
public sealed class MvtecCategory : IDisplayable
{
    /// <summary>A file of this name beside the samples says that somebody drew them.</summary>
    internal const string SyntheticMarker = "synthetic.json";

    private static readonly string[] MvtecNames =
    [
        "bottle", "cable", "capsule", "carpet", "grid", "hazelnut", "leather", "metal_nut", "pill", "screw", "tile", "toothbrush", "transistor", "wood", "zipper",
    ];

    private MvtecCategory(string folder)
    {
        Folder = Path.GetFullPath(folder);
        Name = Path.GetFileName(Path.TrimEndingDirectorySeparator(Folder));
        IsSynthetic = File.Exists(Path.Combine(Folder, SyntheticMarker));
        foreach (var split in new[] { "train", "test" })
        {
            if (Path.Combine(Folder, split, Sample.Good) is var missing && !Directory.Exists(missing))
                throw new DirectoryNotFoundException(Texts.Format($"The folder {missing} is missing. A category is laid out as {Name}/train/good, {Name}/test/good, {Name}/test/DEFECT and {Name}/ground_truth/DEFECT."));
        }
        Train = GoodIn(Folder, "train");
        Test = [.. GoodIn(Folder, "test"), .. DefectiveIn(Folder)];
        Defects = [.. Test.Where(sample => !sample.IsGood).Select(sample => sample.Defect).Distinct()];
        if (Train.Count == 0)
            throw new InvalidDataException(Texts.Format($"There is no good image in {Path.Combine(Folder, "train", "good")}: put PNG files there, for nothing can be learned without them."));
    }

    /// <summary>The category's name, such as <c>bottle</c>: the name of its folder.</summary>
    public string Name { get; }

    /// <summary>The category's folder.</summary>
    public string Folder { get; }

    /// <summary>Whether this library drew the pictures itself; results on them say nothing about MVTec AD.</summary>
    public bool IsSynthetic { get; }

    /// <summary>Where the pictures come from, as results name it: <c>mvtec</c>, <c>synthetic</c>, or <c>own</c> where the name is none of MVTec AD's.</summary>
    public string Source => IsSynthetic ? "synthetic" : IsMvtec ? "mvtec" : "own";

    /// <summary>What figures have to say about the pictures; <c>null</c> for photographs.</summary>
    public string? Note => IsSynthetic ? Texts.Of("synthetic bottles, drawn by the course; not MVTec AD") : null;

    /// <summary>The good samples to learn from.</summary>
    public IReadOnlyList<Sample> Train { get; }

    /// <summary>The samples to test on: the good ones, then each kind of defect.</summary>
    public IReadOnlyList<Sample> Test { get; }

    /// <summary>The kinds of defect that there are pictures of, in the order of their names.</summary>
    public IReadOnlyList<string> Defects { get; }

    /// <summary>Opens any folder in MVTec AD's layout.</summary>
    /// <param name="folder">The category's own folder, the one that holds <c>train</c> and <c>test</c>.</param>
    /// <exception cref="DirectoryNotFoundException">A folder of the layout is missing.</exception>
    /// <exception cref="InvalidDataException">There is no good image to learn from.</exception>
    public static MvtecCategory FromFolder(string folder) => new(folder);

    internal bool IsMvtec => !IsSynthetic && MvtecNames.Contains(Name);

    /// <inheritdoc/>
    public string ToHtml() => ToTable().ToHtml();

    /// <summary>How many samples there are of each kind.</summary>
    public override string ToString() => ToTable().ToString();

    private Table ToTable() => new(IsSynthetic ? Texts.Format($"{Name} (synthetic)") : IsMvtec ? $"{Name} (MVTec AD)" : Name, [Texts.Of("part"), Texts.Of("kind"), Texts.Of("samples")],
        [["train", Sample.Good, Train.Count], .. new[] { Sample.Good }.Concat(Defects).Select(IReadOnlyList<object?> (kind) => ["test", kind, Test.Count(s => s.Defect == kind)])]);

    /// <summary>The good samples of <c>train</c> or <c>test</c>; none where the folder is missing.</summary>
    internal static IReadOnlyList<Sample> GoodIn(string folder, string split) =>
        [.. PictureFolder.Read(Path.Combine(folder, split, Sample.Good)).Pictures.Select(path => new Sample(path, Sample.Good))];

    /// <summary>The samples of all kinds of defect in <c>test</c>, kind by kind, with their masks' paths, whether these files exist or not.</summary>
    internal static IReadOnlyList<Sample> DefectiveIn(string folder) =>
    [
        .. PictureFolder.FoldersIn(Path.Combine(folder, "test")).Select(kind => Path.GetFileName(kind)).Where(kind => kind != Sample.Good).SelectMany(kind =>
        {
            var masks = PictureFolder.Read(Path.Combine(folder, "ground_truth", kind)).Pictures;
            return PictureFolder.Read(Path.Combine(folder, "test", kind)).Pictures
                .Select(path => new Sample(path, kind, MaskOf(path, masks) ?? Path.Combine(folder, "ground_truth", kind, Path.GetFileNameWithoutExtension(path) + "_mask.png")));
        }),
    ];

    private static string? MaskOf(string image, IEnumerable<string> masks) => new[] { "_mask", "" }
        .Select(ending => masks.FirstOrDefault(mask => Path.GetFileNameWithoutExtension(mask).Equals(Path.GetFileNameWithoutExtension(image) + ending, StringComparison.OrdinalIgnoreCase)))
        .FirstOrDefault(mask => mask is not null);
}
