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
