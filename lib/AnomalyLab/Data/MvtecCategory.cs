using AnomalyLab.Display;

namespace AnomalyLab.Data;

/// <summary>
/// One category in the layout of MVTec AD: <c>train/good</c>, <c>test/good</c>, <c>test/DEFECT</c> and
/// <c>ground_truth/DEFECT/NAME_mask.png</c>. Samples stand in the order of their file names, everywhere.
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

    private MvtecCategory(string folder)
    {
        Folder = Path.GetFullPath(folder);
        Name = Path.GetFileName(Path.TrimEndingDirectorySeparator(Folder));
        IsSynthetic = File.Exists(Path.Combine(Folder, SyntheticMarker));
        Train = Samples("train", Sample.Good);
        Defects = [.. Directory.GetDirectories(Existing("test")).Select(d => Path.GetFileName(d)!)
            .Where(d => d != Sample.Good).Order(StringComparer.Ordinal)];
        Test = [.. Samples("test", Sample.Good), .. Defects.SelectMany(d => Samples("test", d))];
        if (Train.Count == 0)
            throw new InvalidDataException($"There is no good image in {Path.Combine(Folder, "train", "good")}: put PNG files there, for nothing can be learned without them.");
    }

    /// <summary>The category's name, such as <c>bottle</c>: the name of its folder.</summary>
    public string Name { get; }

    /// <summary>The category's folder.</summary>
    public string Folder { get; }

    /// <summary>Whether this library drew the pictures itself; results on them say nothing about MVTec AD.</summary>
    public bool IsSynthetic { get; }

    /// <summary>Where the pictures come from, as results name it: <c>mvtec</c> or <c>synthetic</c>.</summary>
    public string Source => IsSynthetic ? "synthetic" : "mvtec";

    /// <summary>What figures have to say about the pictures; <c>null</c> for photographs.</summary>
    public string? Note => IsSynthetic ? "synthetic bottles, drawn by the course; not MVTec AD" : null;

    /// <summary>The good samples to learn from.</summary>
    public IReadOnlyList<Sample> Train { get; }

    /// <summary>The samples to test on: the good ones, then each kind of defect.</summary>
    public IReadOnlyList<Sample> Test { get; }

    /// <summary>The kinds of defect, in the order of their names.</summary>
    public IReadOnlyList<string> Defects { get; }

    /// <summary>Opens any folder in MVTec AD's layout.</summary>
    /// <param name="folder">The category's own folder, the one that holds <c>train</c> and <c>test</c>.</param>
    /// <exception cref="DirectoryNotFoundException">A folder of the layout is missing.</exception>
    /// <exception cref="InvalidDataException">There is no good image to learn from.</exception>
    public static MvtecCategory FromFolder(string folder) => new(folder);

    /// <inheritdoc/>
    public string ToHtml() => ToTable().ToHtml();

    /// <summary>How many samples there are of each kind.</summary>
    public override string ToString() => ToTable().ToString();

    private Table ToTable() => new($"{Name} ({(IsSynthetic ? "synthetic" : "MVTec AD")})", ["part", "kind", "samples"],
        [["train", Sample.Good, Train.Count], .. new[] { Sample.Good }.Concat(Defects).Select(IReadOnlyList<object?> (kind) => ["test", kind, Test.Count(s => s.Defect == kind)])]);

    private string Existing(params string[] parts)
    {
        var folder = Path.Combine([Folder, .. parts]);
        return Directory.Exists(folder) ? folder : throw new DirectoryNotFoundException(
            $"The folder {folder} is missing. A category is laid out as {Name}/train/good, {Name}/test/good, {Name}/test/DEFECT and {Name}/ground_truth/DEFECT.");
    }

    private Sample[] Samples(string split, string defect) =>
        [.. Directory.GetFiles(Existing(split, defect), "*.png").Order(StringComparer.Ordinal)
            .Select(path => new Sample(path, defect, defect == Sample.Good ? null : MaskOf(path, defect)))];

    private string MaskOf(string path, string defect) =>
        Path.Combine(Folder, "ground_truth", defect, Path.GetFileNameWithoutExtension(path) + "_mask.png");
}
