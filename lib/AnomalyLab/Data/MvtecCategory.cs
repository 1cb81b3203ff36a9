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
    private MvtecCategory(string folder)
    {
        Folder = Path.GetFullPath(folder);
        Name = Path.GetFileName(Path.TrimEndingDirectorySeparator(Folder));
        IsSynthetic = File.Exists(Path.Combine(Folder, SyntheticBottles.Marker));
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

    /// <summary>
    /// Opens a category by name: in the folder that the environment variable <c>MVTEC_AD_ROOT</c> names, else in the
    /// repository's <c>data/mvtec</c>, else (only <c>bottle</c>) the synthetic bottles in <c>artifacts/data/synthetic</c>, which
    /// are drawn the first time (in a read-only checkout below <see cref="CourseFolders.Output"/>).
    /// </summary>
    /// <param name="name">The category's name.</param>
    /// <param name="log">Where to say which pictures were taken; the console if left out.</param>
    /// <exception cref="DirectoryNotFoundException">The category is in none of the places, or not in MVTec AD's layout.</exception>
    public static MvtecCategory Open(string name = "bottle", TextWriter? log = null)
    {
        log ??= Console.Out;
        var root = Environment.GetEnvironmentVariable("MVTEC_AD_ROOT") is { Length: > 0 } given ? Path.GetFullPath(given) : null;
        if (root is not null && !Directory.Exists(Path.Combine(root, name)))
            throw new DirectoryNotFoundException($"MVTEC_AD_ROOT is {root}, but there is no folder {name} in it. Set it to the folder that holds {name}, or unset it.");

        var installed = Path.Combine(root ?? Path.Combine(CourseFolders.Repository, "data", "mvtec"), name);
        if (Directory.Exists(installed))
            return Opened(FromFolder(installed), log);
        if (name != "bottle")
            throw new DirectoryNotFoundException($"There is no category {name} in {Path.GetDirectoryName(installed)}. Install MVTec AD there (data/README.md), or set MVTEC_AD_ROOT.");

        var synthetic = Path.Combine(CourseFolders.Synthetic, name);
        if (!Directory.Exists(synthetic))
            log.WriteLine($"MVTec AD is not here (data/README.md says how to get it): drawing synthetic bottles into {synthetic}, once.");
        SyntheticBottles.Draw(synthetic);
        return Opened(FromFolder(synthetic), log);
    }

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

    private static MvtecCategory Opened(MvtecCategory category, TextWriter log)
    {
        log.WriteLine(category.IsSynthetic
            ? $"Data: synthetic bottles in {category.Folder}. What you see says nothing about MVTec AD."
            : $"Data: MVTec AD {category.Name} in {category.Folder} (CC BY-NC-SA 4.0).");
        return category;
    }

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
