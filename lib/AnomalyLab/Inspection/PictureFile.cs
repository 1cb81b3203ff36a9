using AnomalyLab.Data;
using AnomalyLab.Visualization;
using SkiaSharp;

namespace AnomalyLab.Inspection;

/// <summary>
/// A picture as cameras and people leave it, made upright and opaque: turned as its EXIF orientation says, grey as RGB,
/// 16 bits a channel cut to 8, transparent parts on white.
/// </summary>
/// <param name="Width">The width in pixels, after turning.</param>
/// <param name="Height">The height in pixels, after turning.</param>
/// <param name="Rgba">Red, green, blue and 255 of each pixel, row by row.</param>
internal sealed record PictureFile(int Width, int Height, byte[] Rgba)
{
    private static readonly string[] Extensions = [".png", ".jpg", ".jpeg", ".bmp", ".gif", ".webp", ".tif", ".tiff"];

    /// <summary>The pictures in a folder and the folders below it, in the order of their paths; hidden ones and other kinds of file are passed over.</summary>
    /// <exception cref="DirectoryNotFoundException">There is no such folder, or no picture in it.</exception>
    public static IReadOnlyList<string> Find(string folder)
    {
        if (!Directory.Exists(folder))
            throw new DirectoryNotFoundException($"There is no folder {folder}: give one that holds pictures.");
        string[] files = [.. Directory.EnumerateFiles(folder, "*", new EnumerationOptions { RecurseSubdirectories = true })
            .Where(file => Extensions.Contains(Path.GetExtension(file).ToLowerInvariant())).Order(StringComparer.Ordinal)];
        return files.Length > 0 ? files : throw new DirectoryNotFoundException($"There is no picture in {folder}, nor in a folder below it: put PNG or JPEG files there.");
    }

    /// <exception cref="InvalidDataException">The file is no picture, or cut off; the message names it.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static PictureFile Read(string path)
    {
        using var bitmap = ImageTensors.Decode(path);
        using var codec = SKCodec.Create(path);
        var origin = codec.EncodedOrigin;
        var (w, h) = (bitmap.Width, bitmap.Height);
        var (width, height) = origin >= SKEncodedOrigin.LeftTop ? (h, w) : (w, h);
        var from = bitmap.GetPixelSpan();
        var to = new byte[from.Length];
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                var (column, row) = origin switch // EXIF 2.3, tag 0x0112: which corner the first pixel is at, and which way it goes on
                {
                    SKEncodedOrigin.TopRight => (w - 1 - x, y),
                    SKEncodedOrigin.BottomRight => (w - 1 - x, h - 1 - y),
                    SKEncodedOrigin.BottomLeft => (x, h - 1 - y),
                    SKEncodedOrigin.LeftTop => (y, x),
                    SKEncodedOrigin.RightTop => (y, h - 1 - x),
                    SKEncodedOrigin.RightBottom => (w - 1 - y, h - 1 - x),
                    SKEncodedOrigin.LeftBottom => (w - 1 - y, x),
                    _ => (x, y),
                };
                var pixel = from.Slice((row * w + column) * 4, 4);
                var at = (y * width + x) * 4;
                for (var channel = 0; channel < 3; channel++)
                    to[at + channel] = (byte)((pixel[channel] * pixel[3] + 255 * (255 - pixel[3]) + 127) / 255);
                to[at + 3] = 255;
            }
        }
        return new(width, height, to);
    }

    /// <summary>Stretched to a square of 8-bit RGB.</summary>
    public void Resize(int size, Span<byte> rgb) => PillowBilinear.Resize(Rgba, Width, Height, size, rgb);

    public Picture ToPicture()
    {
        var rgb = new byte[Width * Height * 3];
        for (var i = 0; i < Width * Height; i++)
            Rgba.AsSpan(i * 4, 3).CopyTo(rgb.AsSpan(i * 3));
        return new(Width, Height, rgb);
    }
}
