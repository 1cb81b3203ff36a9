using AnomalyLab.Data;
using AnomalyLab.Display;

namespace AnomalyLab.Course;

/// <summary>The pictures that the course works on.</summary>
public static class CourseData
{
    /// <summary>
    /// Opens a category by its folder, or by name: in the folder that the environment variable <c>MVTEC_AD_ROOT</c> names, else in the
    /// repository's <c>data/mvtec</c>, else (only <c>bottle</c>) the synthetic bottles in <c>artifacts/data/synthetic</c>, which
    /// are drawn the first time (in a read-only checkout below <see cref="CourseFolders.Output"/>).
    /// </summary>
    /// <param name="name">The category's name; or the path of a folder in MVTec AD's layout, with at least one separator in it.</param>
    /// <param name="log">Where to say which pictures were taken; the console if left out.</param>
    /// <exception cref="DirectoryNotFoundException">The category is in none of the places, or not in MVTec AD's layout.</exception>
    /// <exception cref="OperationCanceledException">The cell was interrupted while the bottles were being drawn, which leaves none behind.</exception>
    public static MvtecCategory Open(string name = "bottle", TextWriter? log = null)
    {
        log ??= Console.Out;
        if (name.AsSpan().ContainsAny(Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar))
            return Opened(MvtecCategory.FromFolder(name), log);
        var root = Environment.GetEnvironmentVariable("MVTEC_AD_ROOT") is { Length: > 0 } given ? Path.GetFullPath(given) : null;
        if (root is not null && !Directory.Exists(Path.Combine(root, name)))
            throw new DirectoryNotFoundException(Texts.Format($"MVTEC_AD_ROOT is {root}, but there is no folder {name} in it. Set it to the folder that holds {name}, or unset it."));

        var installed = Path.Combine(root ?? Path.Combine(CourseFolders.Repository, "data", "mvtec"), name);
        if (Directory.Exists(installed))
            return Opened(MvtecCategory.FromFolder(installed), log);
        if (name != "bottle")
            throw new DirectoryNotFoundException(Texts.Format($"There is no category {name} in {Path.GetDirectoryName(installed)}. Install MVTec AD there (data/README.md), or set MVTEC_AD_ROOT."));

        var synthetic = Path.Combine(CourseFolders.Synthetic, name);
        if (!Directory.Exists(synthetic))
            log.WriteLine(Texts.Format($"MVTec AD is not here (data/README.md says how to get it): drawing synthetic bottles into {synthetic}, once."));
        SyntheticBottles.Draw(synthetic, cancellation: RunningCell.CancellationToken);
        return Opened(MvtecCategory.FromFolder(synthetic), log);
    }

    private static MvtecCategory Opened(MvtecCategory category, TextWriter log)
    {
        log.WriteLine(category.IsSynthetic
            ? Texts.Format($"Data: synthetic bottles in {category.Folder}. What you see says nothing about MVTec AD.")
            : category.IsMvtec ? Texts.Format($"Data: MVTec AD {category.Name} in {category.Folder} (CC BY-NC-SA 4.0).")
            : Texts.Format($"Data: {category.Name} in {category.Folder}."));
        return category;
    }
}
