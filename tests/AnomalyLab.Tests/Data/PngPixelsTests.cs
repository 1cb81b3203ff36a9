using AnomalyLab.Data;
using SkiaSharp;

namespace AnomalyLab.Tests.Data;

public sealed class PngPixelsTests : IDisposable
{
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(SKPngEncoderFilterFlags.None, 0)]
    [InlineData(SKPngEncoderFilterFlags.Sub, 1)]
    [InlineData(SKPngEncoderFilterFlags.Up, 2)]
    [InlineData(SKPngEncoderFilterFlags.Avg, 3)]
    [InlineData(SKPngEncoderFilterFlags.Paeth, 4)]
    public void Each_filter_gives_the_pixels_that_SkiaSharp_gives(SKPngEncoderFilterFlags filter, int number)
    {
        var path = Noise(filter);

        var ours = PngPixels.Decode(File.ReadAllBytes(path), out var width, out var height);

        Assert.True(ours is not null, $"filter {number} was left to SkiaSharp");
        Assert.Equal((37, 21), (width, height));
        using var theirs = ImageTensors.Decode(path);
        Assert.Equal(Rgb(theirs.Bytes), Rgb(ours[..(37 * 21 * 4)]));
    }

    [Fact]
    public void A_damaged_or_cut_file_is_left_to_SkiaSharp()
    {
        var bytes = File.ReadAllBytes(Noise(SKPngEncoderFilterFlags.Paeth));
        for (var at = 60; at < bytes.Length - 20; at += 50)
        {
            var damaged = (byte[])bytes.Clone();
            damaged[at] ^= 0x10;
            Assert.True(PngPixels.Decode(damaged, out _, out _) is null, $"byte {at} was changed and nobody saw it");
        }
        for (var length = 0; length < bytes.Length; length += 40)
            Assert.Null(PngPixels.Decode(bytes.AsSpan(0, length), out _, out _));
    }

    [Fact]
    public void Other_kinds_are_left_to_SkiaSharp()
    {
        using var grey = new SKBitmap(9, 9, SKColorType.Gray8, SKAlphaType.Opaque);
        using var png = grey.Encode(SKEncodedImageFormat.Png, 100);
        using var jpeg = grey.Encode(SKEncodedImageFormat.Jpeg, 100);
        Assert.Null(PngPixels.Decode(png.Span, out _, out _));
        Assert.Null(PngPixels.Decode(jpeg.Span, out _, out _));
    }

    private string Noise(SKPngEncoderFilterFlags filter)
    {
        var random = new Random(1);
        using var bitmap = new SKBitmap(37, 21, SKColorType.Rgb888x, SKAlphaType.Opaque);
        bitmap.Pixels = [.. Enumerable.Range(0, 37 * 21).Select(_ => new SKColor((uint)random.Next() | 0xff000000))];
        using var pixmap = bitmap.PeekPixels()!;
        using var data = pixmap.Encode(new SKPngEncoderOptions(filter, 6))!;
        File.WriteAllBytes(folder.File("noise.png"), data.ToArray());
        return folder.File("noise.png");
    }

    private static byte[] Rgb(byte[] rgba) => [.. rgba.Where((_, i) => i % 4 != 3)];
}
