using AnomalyLab.Data;
using AnomalyLab.Display;
using FastTorch;
using SkiaSharp;
using static TorchSharp.torch;

namespace AnomalyLab.Visualization;

/// <summary>An RGB picture with 8 bits a channel. As a cell's last expression it shows itself.</summary>
[TypeFormatterSource(typeof(PictureFormatters), PreferredMimeTypes = [MimeTypes.Png, MimeTypes.Text])]
public sealed class Picture
{
    private readonly byte[] rgb;

    /// <summary>A picture of given pixels.</summary>
    /// <param name="width">The width in pixels.</param>
    /// <param name="height">The height in pixels.</param>
    /// <param name="rgb">Red, green, blue of each pixel, row by row: width × height × 3 bytes.</param>
    /// <exception cref="ArgumentException">The number of bytes does not fit the size.</exception>
    public Picture(int width, int height, byte[] rgb)
    {
        if (width < 1 || height < 1 || rgb.Length != width * height * 3)
            throw new ArgumentException(Texts.Format($"A picture of {width}×{height} pixels has {width * height * 3} bytes, but {rgb.Length} are given."), nameof(rgb));
        (Width, Height, this.rgb) = (width, height, rgb);
    }

    /// <summary>The width in pixels.</summary>
    public int Width { get; }

    /// <summary>The height in pixels.</summary>
    public int Height { get; }

    /// <summary>Red, green, blue of each pixel, row by row.</summary>
    public ReadOnlySpan<byte> Rgb => rgb;

    /// <summary>Makes a picture of one image tensor.</summary>
    /// <param name="image">Shape [3, H, W] (RGB), [1, H, W] or [H, W] (grey), any device, values in 0..1; others are clipped. It stays the caller's.</param>
    /// <exception cref="ArgumentException">The tensor has another shape.</exception>
    public static Picture From(Tensor image)
    {
        using var scope = NewDisposeScope();
        var planes = image.dim() == 2 ? image.unsqueeze(0) : image;
        if (planes.dim() != 3 || planes.shape[0] is not (1 or 3))
            throw new ArgumentException(Texts.Format($"The tensor has the shape [{string.Join(", ", image.shape)}], but one picture is [3, height, width], [1, height, width] or [height, width]."), nameof(image));
        var bytes = planes.detach().cpu().to_type(ScalarType.Float32).nan_to_num().Times(255).round().Clipped(0, 255)
            .to_type(ScalarType.Byte).expand(3, -1, -1).permute(1, 2, 0).contiguous();
        return new((int)planes.shape[2], (int)planes.shape[1], bytes.data<byte>().ToArray());
    }

    /// <summary>Reads an image file: upright, transparent parts on white, 8 bits.</summary>
    /// <param name="path">A PNG, JPEG, BMP, GIF or WebP file.</param>
    /// <exception cref="InvalidDataException">The file is no image, or cut off; the message names it.</exception>
    public static Picture Load(string path) => From(PictureFile.Read(path));

    /// <summary>A picture of a file that has been read.</summary>
    internal static Picture From(PictureFile file) => FromRgba(file.Width, file.Height, file.Rgba);

    /// <summary>The picture, made smaller where it is larger than a square of <paramref name="size"/> pixels; the proportions stay.</summary>
    /// <param name="size">The longer side's largest length in pixels.</param>
    public Picture Within(int size)
    {
        var longer = Math.Max(Width, Height);
        if (longer <= size)
            return this;
        using var bitmap = ToBitmap();
        using var small = bitmap.Resize(
            new SKImageInfo(Math.Max(1, Width * size / longer), Math.Max(1, Height * size / longer), SKColorType.Rgba8888, SKAlphaType.Opaque),
            new SKSamplingOptions(SKFilterMode.Linear, SKMipmapMode.Linear));
        return FromRgba(small.Width, small.Height, small.GetPixelSpan());
    }

    /// <summary>The picture as a PNG file's bytes.</summary>
    public byte[] ToPng()
    {
        using var bitmap = ToBitmap();
        using var png = bitmap.Encode(SKEncodedImageFormat.Png, 100);
        return png.ToArray();
    }

    /// <summary>Writes the picture as a PNG file, whole or not at all; the folder is made where it is missing.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="IOException">The disk is full, or the file cannot be written.</exception>
    public void Save(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        AtomicFile.Write(path, file => file.Write(ToPng()));
    }

    /// <summary>The picture and its size in words.</summary>
    public override string ToString() => Texts.Format($"picture {Width}×{Height}");

    /// <summary>Pictures in rows on white, each with an edge of one pixel: the layout of the tutorial's figures.</summary>
    /// <param name="pictures">At least one; the largest width and height make the cells.</param>
    /// <param name="columns">How many pictures make a row.</param>
    internal static Picture Tiled(IReadOnlyList<Picture> pictures, int columns)
    {
        var (cellWidth, cellHeight) = (pictures.Max(p => p.Width) + 2, pictures.Max(p => p.Height) + 2);
        var width = Math.Min(columns, pictures.Count) * cellWidth;
        var height = (pictures.Count + columns - 1) / columns * cellHeight;
        var tiled = new byte[width * height * 3];
        tiled.AsSpan().Fill(255);
        foreach (var (i, picture) in pictures.Index())
        {
            var (left, top) = (i % columns * cellWidth + 1, i / columns * cellHeight + 1);
            for (var y = 0; y < picture.Height; y++)
                picture.Rgb.Slice(y * picture.Width * 3, picture.Width * 3).CopyTo(tiled.AsSpan(((top + y) * width + left) * 3));
        }
        return new(width, height, tiled);
    }

    /// <summary>An HTML image with the picture in it.</summary>
    /// <param name="alt">The text that stands for the picture where it is not seen.</param>
    /// <param name="style">CSS.</param>
    internal string ToImg(string alt, string style) =>
        $"""<img alt="{System.Net.WebUtility.HtmlEncode(alt)}" style="{style}" src="data:image/png;base64,{Convert.ToBase64String(ToPng())}">""";

    private static Picture FromRgba(int width, int height, ReadOnlySpan<byte> rgba)
    {
        var rgb = new byte[width * height * 3];
        for (var i = 0; i < width * height; i++)
            rgba.Slice(i * 4, 3).CopyTo(rgb.AsSpan(i * 3));
        return new(width, height, rgb);
    }

    private unsafe SKBitmap ToBitmap()
    {
        var bitmap = new SKBitmap(Width, Height, SKColorType.Rgba8888, SKAlphaType.Opaque);
        var pixels = new Span<byte>((void*)bitmap.GetPixels(), bitmap.ByteCount);
        for (var i = 0; i < rgb.Length / 3; i++)
        {
            rgb.AsSpan(i * 3, 3).CopyTo(pixels[(i * 4)..]);
            pixels[i * 4 + 3] = 255;
        }
        return bitmap;
    }

    private sealed class PictureFormatters : DisplayFormatters
    {
        public override IEnumerable<object> CreateTypeFormatters() =>
            [.. base.CreateTypeFormatters(), new DisplayFormatter<Picture>(MimeTypes.Png, picture => Convert.ToBase64String(picture.ToPng()))];
    }
}
