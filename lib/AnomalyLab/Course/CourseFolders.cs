using AnomalyLab.Data;
using AnomalyLab.Display;
using AnomalyLab.Training;

namespace AnomalyLab.Course;

/// <summary>Where the course finds and leaves things. Nothing is cached: every call looks again.</summary>
public static class CourseFolders
{
    /// <summary>
    /// The folder with <c>AnomalyLab.slnx</c>: looked for from the current folder upwards, then from this library upwards.
    /// </summary>
    /// <exception cref="DirectoryNotFoundException">Neither lies in a checkout of the course.</exception>
    public static string Repository =>
        FindRepository() ?? throw new DirectoryNotFoundException(
            Texts.Format($"Neither {Environment.CurrentDirectory} nor a folder above it holds AnomalyLab.slnx: open the notebook from a checkout of the course."));

    /// <summary>
    /// Where checkpoints and pictures go: the environment variable <c>ANOMALYLAB_OUTPUT</c>, else <c>artifacts/course</c>
    /// of <see cref="Repository"/>.
    /// </summary>
    public static string Output =>
        Environment.GetEnvironmentVariable("ANOMALYLAB_OUTPUT") is { Length: > 0 } folder
            ? Path.GetFullPath(folder)
            : Path.Combine(Repository, "artifacts", "course");

    /// <summary>A path below <see cref="Output"/>; the folder it lies in is made where it is missing.</summary>
    /// <param name="parts">Folder and file names, as for <see cref="Path.Combine(string[])"/>.</param>
    public static string OutputPath(params string[] parts)
    {
        var path = Path.Combine([Output, .. parts]);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        return path;
    }

    /// <summary>The trainings that the course's notebooks ran.</summary>
    public static RunLog RunLog => RunLog.Beside(OutputPath("models", "x"));

    /// <summary>Decoded images, in <c>artifacts/cache</c> of the repository; kept nowhere outside of one.</summary>
    public static ImageCache ImageCache => FindRepository() is { } repository
        ? new(Path.Combine(repository, "artifacts", "cache", "images"))
        : ImageCache.None;

    /// <summary><see cref="Repository"/>, or <c>null</c> where there is none.</summary>
    internal static string? FindRepository() =>
        Above(Environment.CurrentDirectory) ?? Above(Path.GetDirectoryName(typeof(CourseFolders).Assembly.Location)!);

    /// <summary>
    /// Where the synthetic bottles are: <c>artifacts/data/synthetic</c> of <see cref="Repository"/>; if that neither
    /// exists nor can be created, as in a checkout that a class shares read-only, <c>data/synthetic</c> of <see cref="Output"/>.
    /// </summary>
    internal static string Synthetic
    {
        get
        {
            var shared = Path.Combine(Repository, "artifacts", "data", "synthetic");
            return Directory.Exists(Path.Combine(shared, "bottle")) || IsWritable(shared) ? shared : Path.Combine(Output, "data", "synthetic");
        }
    }

    private static bool IsWritable(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
            File.Create(Path.Combine(folder, Path.GetRandomFileName()), 1, FileOptions.DeleteOnClose).Dispose();
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    // Through links, so that a learner's folder with a link to the shared artifacts leads to the checkout.
    private static string? Above(string? folder)
    {
        while (folder is not null && !File.Exists(Path.Combine(folder, "AnomalyLab.slnx")))
            folder = Path.GetDirectoryName(Directory.ResolveLinkTarget(folder, returnFinalTarget: true)?.FullName ?? folder);
        return folder;
    }
}
