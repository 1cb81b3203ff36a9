using SkiaSharp;

namespace AnomalyLab.Tests.Data;

/// <summary>A tiny category in MVTec's layout, drawn into a temporary folder that goes with it.</summary>
internal sealed class CategoryFolder : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("anomalylab-");

    public CategoryFolder(string name = "tile")
    {
        Folder = Path.Combine(_root.FullName, name);
        foreach (var file in new[] { "train/good/000.png", "train/good/001.png", "test/good/000.png", "test/crack/000.png", "ground_truth/crack/000_mask.png" })
            Draw(file);
    }

    public string Folder { get; }

    public string At(string file) => Path.Combine([Folder, .. file.Split('/')]);

    /// <summary>Draws noise, which does not compress: a cut file is cut within its pixels.</summary>
    public string Draw(string file, int width = 16, int height = 12)
    {
        using var bitmap = new SKBitmap(width, height);
        var random = new Random(7);
        bitmap.Pixels = [.. Enumerable.Range(0, width * height).Select(_ => new SKColor((uint)random.Next()).WithAlpha(255))];
        Directory.CreateDirectory(Path.GetDirectoryName(At(file))!);
        using var written = File.Create(At(file));
        bitmap.Encode(written, SKEncodedImageFormat.Png, 100);
        return At(file);
    }

    public void Dispose() => _root.Delete(recursive: true);
}
