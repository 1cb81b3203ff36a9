using AnomalyLab.Visualization;
using CsCheck;
using Microsoft.DotNet.Interactive.Formatting;
using SkiaSharp;
using TorchSharp;

namespace AnomalyLab.Tests.Visualization;

public sealed class PictureTests
{
    private static readonly Gen<Picture> Pictures =
        from width in Gen.Int[1, 9]
        from height in Gen.Int[1, 9]
        from rgb in Gen.Byte.Array[width * height * 3]
        select new Picture(width, height, rgb);

    [Fact]
    public void A_png_has_the_same_pixels_when_it_is_decoded_again() => Pictures.Sample(picture =>
    {
        var (width, height, rgb) = Decode(picture.ToPng());
        return (width, height) == (picture.Width, picture.Height) && picture.Rgb.SequenceEqual(rgb);
    });

    [Fact]
    public void A_saved_picture_is_the_same_when_it_is_loaded_and_nothing_else_lies_beside_it()
    {
        using var folder = new TempFolder();
        var picture = new Picture(2, 1, [1, 2, 3, 253, 254, 255]);
        var path = Path.Combine(folder.Path, "new", "picture.png");

        picture.Save(path);

        Assert.Equal(picture.Rgb, Picture.Load(path).Rgb);
        Assert.Equal([path], Directory.GetFiles(Path.GetDirectoryName(path)!));
    }

    [Fact]
    public void In_a_notebook_it_is_a_png_and_a_few_words()
    {
        var picture = new Picture(3, 1, new byte[9]);

        Assert.Equal(["image/png", "text/plain"], Formatter.GetPreferredMimeTypesFor(picture.GetType()));
        Assert.Equal(picture.ToPng(), Convert.FromBase64String(picture.ToDisplayString("image/png")));
        Assert.Equal("picture 3×1", picture.ToDisplayString("text/plain"));
    }

    [Fact]
    public void A_tensor_made_of_bytes_gives_back_each_byte()
    {
        using var bytes = torch.arange(256, torch.ScalarType.Float32);
        using var image = (bytes / 255).reshape(1, 16, 16).expand(3, 16, 16);

        Assert.Equal(Enumerable.Range(0, 256).SelectMany(i => Enumerable.Repeat((byte)i, 3)), Picture.From(image).Rgb.ToArray());
    }

    [Fact]
    public void Channels_come_as_red_green_blue_of_each_pixel()
    {
        using var image = torch.tensor(new float[] { 1, 0, 0, 0.2f, 0, 1 }, [3, 1, 2]);

        Assert.Equal([255, 0, 0, 0, 51, 255], Picture.From(image).Rgb.ToArray());
    }

    [Fact]
    public void A_mask_becomes_grey_and_values_out_of_range_are_clipped()
    {
        using var mask = torch.tensor(new[] { -1f, 7f, float.NaN }, [1, 3]);

        Assert.Equal([0, 0, 0, 255, 255, 255, 0, 0, 0], Picture.From(mask).Rgb.ToArray());
    }

    [Fact]
    public void A_batch_is_refused_with_its_shape()
    {
        using var batch = torch.zeros(2, 3, 4, 4);

        Assert.Contains("[2, 3, 4, 4]", Assert.Throws<ArgumentException>(() => Picture.From(batch)).Message);
    }

    [Fact]
    public void A_large_picture_is_made_smaller_with_its_proportions_and_a_small_one_stays()
    {
        var large = new Picture(900, 300, [.. Enumerable.Repeat((byte)200, 900 * 300 * 3)]);

        var small = large.Within(90);

        Assert.Equal((90, 30), (small.Width, small.Height));
        Assert.All(small.Rgb.ToArray(), value => Assert.Equal(200, value));
        Assert.Same(small, small.Within(90));
    }

    [Fact]
    public void The_wrong_number_of_bytes_is_named() =>
        Assert.Contains("2×2 pixels has 12 bytes, but 5", Assert.Throws<ArgumentException>(() => new Picture(2, 2, new byte[5])).Message);

    /// <summary>Decodes with SkiaSharp's plainest way, pixel by pixel.</summary>
    internal static (int Width, int Height, byte[] Rgb) Decode(byte[] png)
    {
        using var bitmap = SKBitmap.Decode(png);
        return (bitmap.Width, bitmap.Height, [.. bitmap.Pixels.SelectMany(p => new[] { p.Red, p.Green, p.Blue })]);
    }
}
