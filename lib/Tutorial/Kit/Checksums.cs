using System.Security.Cryptography;

namespace Tutorial.Kit;

/// <summary>The SHA-256 of every file of a folder, in a file that <c>sha256sum --check</c> reads.</summary>
internal static class Checksums
{
    /// <summary>The file's name.</summary>
    public const string FileName = "SHA256SUMS";

    /// <summary>Writes the file.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="progress">Is told which fraction of the bytes is done.</param>
    /// <param name="cancel">Ends it early.</param>
    public static void Write(string folder, IProgress<double> progress, CancellationToken cancel)
    {
        var files = new DirectoryInfo(folder).GetFiles("*", SearchOption.AllDirectories).OrderBy(file => file.FullName, StringComparer.Ordinal).ToArray();
        double all = files.Sum(file => file.Length), done = 0;
        List<string> lines = [];
        foreach (var file in files)
        {
            cancel.ThrowIfCancellationRequested();
            lines.Add($"{Of(file.FullName)}  {Path.GetRelativePath(folder, file.FullName).Replace('\\', '/')}");
            progress.Report((done += file.Length) / all);
        }
        File.WriteAllText(Path.Combine(folder, FileName), string.Concat(lines.Select(line => line + "\n")));
    }

    /// <summary>Compares a folder with its file.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="cancel">Ends it early.</param>
    /// <returns>The files that are missing or differ. What was added is not looked at.</returns>
    public static IReadOnlyList<string> Wrong(string folder, CancellationToken cancel)
    {
        List<string> wrong = [];
        foreach (var line in File.ReadLines(Path.Combine(folder, FileName)))
        {
            cancel.ThrowIfCancellationRequested();
            var (sum, file) = (line[..64], line[66..]);
            var path = Path.Combine(folder, file);
            if (!File.Exists(path) || Of(path) != sum)
                wrong.Add(file);
        }
        return wrong;
    }

    private static string Of(string file)
    {
        using var stream = File.OpenRead(file);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }
}
