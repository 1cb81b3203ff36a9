using AnomalyLab.Display;

namespace AnomalyLab.Data;

/// <summary>
/// The files of a folder, sorted into pictures and others by their names: the only place that looks for pictures. Hidden files
/// and folders are ignored. A folder is read once, however many links lead to it; links to a parent folder are not followed.
/// </summary>
/// <param name="Folder">The folder's whole path, without a separator at its end.</param>
/// <param name="Pictures">The picture files, in the order of their paths.</param>
/// <param name="Others">The other files.</param>
internal sealed record PictureFolder(string Folder, IReadOnlyList<string> Pictures, IReadOnlyList<string> Others)
{
    private static readonly string[] Extensions =
        [".png", ".jpg", ".jpeg", ".jpe", ".jfif", ".jif", ".bmp", ".dib", ".gif", ".webp", ".tif", ".tiff", ".heic", ".heif", ".avif"];

    private static readonly EnumerationOptions All = new() { IgnoreInaccessible = false };

    /// <summary>Whether a file has a picture's extension.</summary>
    public static bool IsPicture(string path) => Extensions.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase);

    /// <summary>Reads a folder; a missing one has no files.</summary>
    /// <exception cref="UnauthorizedAccessException">The folder, or one below it, may not be read.</exception>
    public static PictureFolder Read(string folder, bool andBelow = false)
    {
        folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        var files = new List<string>();
        if (Directory.Exists(folder))
            Collect(folder, andBelow, files);
        files.Sort(StringComparer.Ordinal);
        return new(folder, [.. files.Where(IsPicture)], [.. files.Where(file => !IsPicture(file))]);
    }

    /// <summary>Reads a folder and its subfolders.</summary>
    /// <exception cref="DirectoryNotFoundException">There is no such folder, or no picture in it.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder, or one below it, may not be read.</exception>
    public static PictureFolder ReadAll(string folder)
    {
        if (!Directory.Exists(folder))
            throw new DirectoryNotFoundException(Texts.Format($"There is no folder {folder}: give one that holds pictures."));
        var read = Read(folder, andBelow: true);
        return read.Pictures.Count > 0 ? read
            : throw new DirectoryNotFoundException(Texts.Format($"There is no picture in {folder}, nor in a folder below it: put PNG or JPEG files there."));
    }

    /// <summary>The folders in a folder, in the order of their names; none where it is missing.</summary>
    public static IReadOnlyList<string> FoldersIn(string folder) =>
        Directory.Exists(folder) ? [.. Directory.EnumerateDirectories(folder, "*", All).Order(StringComparer.Ordinal)] : [];

    /// <summary>Whether a folder is another one or lies inside it, after following links.</summary>
    public static bool IsInside(string folder, string outer) =>
        (RealPath(folder) + Path.DirectorySeparatorChar).StartsWith(RealPath(outer) + Path.DirectorySeparatorChar,
            OperatingSystem.IsLinux() ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase);

    private static void Collect(string root, bool andBelow, List<string> files)
    {
        var seen = new HashSet<string>();
        var links = new Queue<string>();
        void Enter(string folder)
        {
            if (!seen.Add(RealPath(folder)))
                return;
            foreach (var entry in new DirectoryInfo(folder).EnumerateFileSystemInfos("*", All))
            {
                if (entry is FileInfo)
                    files.Add(entry.FullName);
                else if (entry.LinkTarget is not null)
                    links.Enqueue(entry.FullName);
                else if (andBelow)
                    Enter(entry.FullName);
            }
        }
        Enter(root);
        while (andBelow && links.TryDequeue(out var link)) // last, so that files are found under their own paths first
        {
            if (!IsInside(root, link))
                Enter(link);
        }
    }

    private static string RealPath(string path)
    {
        path = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        if (Path.GetDirectoryName(path) is not { } parent)
            return Path.TrimEndingDirectorySeparator(path);
        var real = Path.Combine(RealPath(parent), Path.GetFileName(path));
        return Directory.Exists(real) && Directory.ResolveLinkTarget(real, returnFinalTarget: true) is { } target ? RealPath(target.FullName) : real;
    }
}
