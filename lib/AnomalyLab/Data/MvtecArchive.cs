using System.Formats.Tar;
using SharpCompress.Common;
using SharpCompress.Compressors.Xz;

namespace AnomalyLab.Data;

/// <summary>How far an installation has come.</summary>
/// <param name="Activity">What is going on: unpacking, or checking a category.</param>
/// <param name="Fraction">The fraction that is done, 0..1.</param>
public readonly record struct InstallProgress(string Activity, double Fraction);

/// <summary>MVTec's own archives: <c>bottle.tar.xz</c>, or <c>mvtec_anomaly_detection.tar.xz</c> with all 15 categories.</summary>
public static class MvtecArchive
{
    /// <summary>
    /// Unpacks the archive beside the target, checks every category with <see cref="CategoryCheck"/>, and only then
    /// moves them in, each as a whole. Whatever goes wrong before, the target's categories are as they were.
    /// </summary>
    /// <param name="archive">The <c>.tar.xz</c> file.</param>
    /// <param name="target">The folder to hold the categories, for example <c>data/mvtec</c>; made where it is missing.</param>
    /// <param name="replace">Whether a category that is there already is replaced; otherwise it is an error.</param>
    /// <param name="progress">Is told how far the work is.</param>
    /// <param name="cancel">Ends the work early; nothing is installed then.</param>
    /// <returns>The installed categories in the order of their names.</returns>
    /// <exception cref="InvalidDataException">
    /// The archive is cut off, damaged or no <c>.tar.xz</c>; it holds a link, a device or an entry that leaves the
    /// target; it holds no category, or one that is not whole.
    /// </exception>
    /// <exception cref="IOException">A category is there already, another installation is running, or the disk refuses.</exception>
    public static IReadOnlyList<CategoryCheck> Install(
        string archive, string target, bool replace = false, IProgress<InstallProgress>? progress = null, CancellationToken cancel = default)
    {
        using var file = File.OpenRead(archive);
        RefuseCutOff(file);
        target = Path.GetFullPath(target);
        Directory.CreateDirectory(target);
        using var alone = Lock(target);
        // On the target's own disk, so that moving in is renaming.
        string beside = Path.Combine(target, ".installing"), replaced = Path.Combine(target, ".replaced");
        try
        {
            PutBack(replaced, target); // what a killed installation left
            DeleteFolder(beside);
            Unpack(file, beside, name => RefuseExisting(Path.Combine(target, name), replace), progress, cancel);
            var categories = Check(archive, beside, progress, cancel);
            MoveIn(categories, beside, target, replaced);
            return [.. categories.Select(category => category with { Folder = Path.Combine(target, category.Name) })];
        }
        finally
        {
            DeleteFolder(beside);
        }
    }

    /// <summary>Checks both ends of the file first, so that a truncated download is noticed at once and not after minutes.</summary>
    /// <remarks>Magic bytes: "The .xz File Format" 1.2.1, sections 2.1.1.1 and 2.1.2.4.</remarks>
    private static void RefuseCutOff(FileStream archive)
    {
        Span<byte> header = stackalloc byte[6], footer = stackalloc byte[2];
        archive.ReadAtLeast(header, header.Length, throwOnEndOfStream: false);
        if (!header.SequenceEqual<byte>([0xFD, (byte)'7', (byte)'z', (byte)'X', (byte)'Z', 0]))
            throw new InvalidDataException($"{archive.Name} is no .tar.xz archive, or cut off at its beginning. Expected is MVTec's bottle.tar.xz or mvtec_anomaly_detection.tar.xz.");
        archive.Seek(-footer.Length, SeekOrigin.End);
        archive.ReadExactly(footer);
        if (!footer.SequenceEqual("YZ"u8))
            throw new InvalidDataException($"{archive.Name} is cut off: the end of the archive is missing. Nothing was installed; download it again.");
        archive.Position = 0;
    }

    private static void Unpack(FileStream archive, string beside, Action<string> found, IProgress<InstallProgress>? progress, CancellationToken cancel)
    {
        using var xz = new XZStream(archive);
        using var tar = new TarReader(xz);
        while (Read(archive.Name, () => tar.GetNextEntry()) is { } entry)
        {
            cancel.ThrowIfCancellationRequested();
            progress?.Report(new("unpacking", (double)archive.Position / archive.Length));
            if (entry.EntryType is TarEntryType.GlobalExtendedAttributes)
                continue;

            var path = PathInside(beside, archive.Name, entry);
            if (entry.EntryType is TarEntryType.Directory)
                continue;
            var parts = Path.GetRelativePath(beside, path).Split(Path.DirectorySeparatorChar);
            if (parts.Length > 1)
                found(parts[0]);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            using var unpacked = File.Create(path);
            Read(archive.Name, () => { entry.DataStream?.CopyTo(unpacked); return true; });
        }
        // Read to the very end, where the archive has the checksums that show that it is complete.
        Read(archive.Name, () => { xz.CopyTo(Stream.Null); return true; });
    }

    private static T Read<T>(string archive, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is SharpCompressException or InvalidDataException or EndOfStreamException or FormatException or ArgumentException)
        {
            throw new InvalidDataException($"{archive} is damaged ({e.Message.TrimEnd('.')}). Nothing was installed; download it again.", e);
        }
    }

    private static string PathInside(string folder, string archive, TarEntry entry)
    {
        if (entry.EntryType is not (TarEntryType.RegularFile or TarEntryType.V7RegularFile or TarEntryType.Directory))
            throw new InvalidDataException($"{archive} holds {entry.Name}, which is neither a file nor a folder ({entry.EntryType}). MVTec's archives hold no such thing; nothing was installed.");
        var path = Path.GetFullPath(Path.Combine(folder, entry.Name));
        if (Path.IsPathRooted(entry.Name) || entry.Name.Split('/', '\\').Contains("..") || !(path + Path.DirectorySeparatorChar).StartsWith(folder + Path.DirectorySeparatorChar, StringComparison.Ordinal))
            throw new InvalidDataException($"{archive} holds {entry.Name}, which would be written outside the target folder. MVTec's archives hold no such thing; nothing was installed.");
        return path;
    }

    private static List<CategoryCheck> Check(string archive, string beside, IProgress<InstallProgress>? progress, CancellationToken cancel)
    {
        var categories = new List<CategoryCheck>();
        foreach (var folder in CategoryCheck.FindCategories(beside))
        {
            var name = Path.GetFileName(folder);
            var check = CategoryCheck.Verify(folder, progress is null ? null : new ProgressRelay<double>(part => progress.Report(new($"checking {name}", part))), cancel);
            if (!check.IsWhole)
                throw new InvalidDataException($"The category {name} in {archive} is not whole, so nothing was installed:{string.Concat(check.Problems.Select(problem => $"\n  {problem.Replace(beside + Path.DirectorySeparatorChar, "", StringComparison.Ordinal)}"))}");
            categories.Add(check);
        }
        return categories.Count > 0
            ? categories
            : throw new InvalidDataException($"{archive} holds no category: none of its folders has a train/good. Expected is MVTec's bottle.tar.xz or mvtec_anomaly_detection.tar.xz.");
    }

    private static void MoveIn(List<CategoryCheck> categories, string beside, string target, string replaced)
    {
        try
        {
            foreach (var category in categories)
            {
                var place = Path.Combine(target, category.Name);
                if (Directory.Exists(place))
                {
                    Directory.CreateDirectory(replaced);
                    Directory.Move(place, Path.Combine(replaced, category.Name));
                }
                Directory.Move(category.Folder, place);
            }
            // In the whole data set, licence and readme lie beside the categories.
            foreach (var file in Directory.EnumerateFiles(beside))
                File.Move(file, Path.Combine(target, Path.GetFileName(file)), overwrite: true);
        }
        finally
        {
            PutBack(replaced, target);
        }
    }

    private static void PutBack(string replaced, string target)
    {
        if (!Directory.Exists(replaced))
            return;
        foreach (var old in Directory.EnumerateDirectories(replaced))
        {
            var place = Path.Combine(target, Path.GetFileName(old));
            if (!Directory.Exists(place))
                Directory.Move(old, place);
        }
        DeleteFolder(replaced);
    }

    private static void RefuseExisting(string place, bool replace)
    {
        if (!replace && Path.Exists(place))
            throw new IOException($"{place} is there already and was kept. To have the archive's in its place, say --replace.");
    }

    private static FileStream Lock(string target)
    {
        try
        {
            return new(Path.Combine(target, ".installing.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
        }
        catch (IOException e)
        {
            throw new IOException($"Another installation into {target} is running ({e.Message.TrimEnd('.')}). Wait for its end.", e);
        }
    }

    private static void DeleteFolder(string folder)
    {
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
    }
}
