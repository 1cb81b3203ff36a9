using AnomalyLab.Data;
using SkiaSharp;

namespace AnomalyLab.Tests.Data;

/// <summary>Real image files for tests.</summary>
internal static class PngFiles
{
    public static void Write(string path, int width, int height, SKColor color, SKEncodedImageFormat format = SKEncodedImageFormat.Png)
    {
        using var bitmap = new SKBitmap(width, height);
        bitmap.Erase(color);
        using var data = bitmap.Encode(format, 90);
        File.WriteAllBytes(path, data.ToArray());
    }

    /// <summary>A category of plain grey pictures, as many of each kind as asked for.</summary>
    public static MvtecCategory Category(TempFolder folder, int train, int goodTest, int bad)
    {
        for (var i = 0; i < train; i++)
            Write(folder.File("bottle", "train", "good", $"{i:000}.png"), 8, 8, new SKColor((byte)i, 100, 100));
        for (var i = 0; i < goodTest; i++)
            Write(folder.File("bottle", "test", "good", $"{i:000}.png"), 8, 8, new SKColor((byte)i, 120, 100));
        for (var i = 0; i < bad; i++)
        {
            Write(folder.File("bottle", "test", "broken", $"{i:000}.png"), 8, 8, new SKColor((byte)i, 0, 0));
            Write(folder.File("bottle", "ground_truth", "broken", $"{i:000}_mask.png"), 8, 8, SKColors.White);
        }
        return MvtecCategory.FromFolder(folder.File("bottle"));
    }
}
