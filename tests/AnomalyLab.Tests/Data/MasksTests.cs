using AnomalyLab.Data;
using SkiaSharp;
using TorchSharp;

namespace AnomalyLab.Tests.Data;

public sealed class MasksTests : IDisposable
{
    private readonly CategoryFolder category = new();

    public void Dispose() => category.Dispose();

    [Fact]
    public void A_mask_is_true_where_its_picture_is_not_black_and_nowhere_for_a_good_sample()
    {
        using var bitmap = new SKBitmap(16, 12, SKColorType.Gray8, SKAlphaType.Opaque);
        bitmap.Erase(SKColors.Black);
        bitmap.SetPixel(3, 2, SKColors.White);
        bitmap.SetPixel(15, 11, new SKColor(1, 1, 1));
        using (var file = File.Create(category.At("ground_truth/crack/000_mask.png")))
            bitmap.Encode(file, SKEncodedImageFormat.Png, 100);

        using var masks = Masks.Load(MvtecCategory.FromFolder(category.Folder).Test);

        Assert.Equal([2, 12, 16], masks.shape);
        Assert.Equal(torch.ScalarType.Bool, masks.dtype);
        Assert.Equal(2, masks.sum().item<long>());
        Assert.True(masks[1, 2, 3].item<bool>() && masks[1, 11, 15].item<bool>(), "the pixels are elsewhere");
    }

    [Theory]
    [InlineData("green on black")]
    [InlineData("opaque black on transparent black")]
    [InlineData("16 bits, 255")]
    [InlineData("16 bits, 1")]
    [InlineData("jpeg")]
    public void A_mask_marks_the_same_pixels_in_any_encoding(string encoding)
    {
        var path = category.At("ground_truth/crack/000_mask.png");
        static bool IsDefect(int x, int y) => x is >= 4 and < 12 && y is >= 2 and < 10;
        if (encoding.StartsWith("16", StringComparison.Ordinal))
            Png16.Write(path, 16, 12, 0, (x, y) => IsDefect(x, y) ? ushort.Parse(encoding[9..]) : (ushort)0);
        else
        {
            using var bitmap = new SKBitmap(16, 12, SKColorType.Rgba8888, SKAlphaType.Unpremul);
            var (defect, rest) = encoding switch
            {
                "green on black" => (new SKColor(0, 255, 0), SKColors.Black),
                "jpeg" => (SKColors.White, SKColors.Black),
                _ => (SKColors.Black, SKColors.Empty),
            };
            for (var i = 0; i < 16 * 12; i++)
                bitmap.SetPixel(i % 16, i / 16, IsDefect(i % 16, i / 16) ? defect : rest);
            using var file = File.Create(path);
            bitmap.Encode(file, encoding == "jpeg" ? SKEncodedImageFormat.Jpeg : SKEncodedImageFormat.Png, 80);
        }

        using var masks = Masks.Load(MvtecCategory.FromFolder(category.Folder).Test);

        Assert.Equal(64, masks.sum().item<long>());
        Assert.True(masks[1, 2, 4].item<bool>() && masks[1, 9, 11].item<bool>(), "the pixels are elsewhere");
    }

    [Fact]
    public void A_mask_that_marks_nothing_is_named()
    {
        var mask = category.At("ground_truth/crack/000_mask.png");
        PngFiles.Write(mask, 16, 12, SKColors.Black);
        Assert.StartsWith($"{mask} marks no pixel", Assert.Throws<InvalidDataException>(() => Masks.Load(MvtecCategory.FromFolder(category.Folder).Test)).Message);
    }

    [Fact]
    public void A_mask_of_another_size_is_named()
    {
        var mask = category.Draw("ground_truth/crack/000_mask.png", 8, 8);
        Assert.StartsWith($"{mask} is 8×8 pixels, but", Assert.Throws<InvalidDataException>(() => Masks.Load(MvtecCategory.FromFolder(category.Folder).Test)).Message);
    }

    [Fact]
    public void A_missing_mask_is_named()
    {
        var mask = category.At("ground_truth/crack/000_mask.png");
        File.Delete(mask);
        Assert.Contains(mask, Assert.Throws<FileNotFoundException>(() => Masks.Load(MvtecCategory.FromFolder(category.Folder).Test)).Message);
    }
}
