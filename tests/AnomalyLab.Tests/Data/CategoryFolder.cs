using System.Formats.Tar;
using SkiaSharp;

namespace AnomalyLab.Tests.Data;

/// <summary>A tiny category in MVTec's layout, drawn into a temporary folder that goes with it.</summary>
internal sealed class CategoryFolder : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("anomalylab-");

    public CategoryFolder(string name = "tile")
    {
        Folder = Path.Combine(Root, name);
        foreach (var file in new[] { "train/good/000.png", "train/good/001.png", "test/good/000.png", "test/crack/000.png", "ground_truth/crack/000_mask.png" })
            Draw(file);
    }

    public string Root => _root.FullName;

    public string Folder { get; }

    public string At(string file) => Path.Combine([Folder, .. file.Split('/')]);

    public string Draw(string file, int width = 16, int height = 12)
    {
        using var bitmap = new SKBitmap(width, height);
        // Noise does not compress, so that a cut file is cut within its pixels.
        var random = new Random(file.Length);
        for (var at = 0; at < width * height; at++)
            bitmap.SetPixel(at % width, at / width, new SKColor((uint)random.Next()).WithAlpha(255));
        Directory.CreateDirectory(Path.GetDirectoryName(At(file))!);
        using var written = File.Create(At(file));
        bitmap.Encode(written, SKEncodedImageFormat.Png, 100);
        return At(file);
    }

    /// <summary>Packs the category, with further entries, by the system's own <c>xz</c>.</summary>
    public string Pack(params TarEntry[] further)
    {
        var tar = Path.Combine(Root, Path.GetRandomFileName() + ".tar");
        using (var writer = new TarWriter(File.Create(tar)))
        {
            foreach (var file in Directory.EnumerateFiles(Folder, "*", SearchOption.AllDirectories))
                writer.WriteEntry(file, Path.GetRelativePath(Root, file).Replace('\\', '/'));
            foreach (var entry in further)
                writer.WriteEntry(entry);
        }
        return tar;
    }

    public void Dispose() => _root.Delete(recursive: true);
}
