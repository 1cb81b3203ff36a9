using AnomalyLab.Data;
using SkiaSharp;
using TorchSharp;

namespace AnomalyLab.Tests.Data;

public sealed class ImageTensorsTests : IDisposable
{
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Images_come_in_order_as_RGB_between_0_and_1_and_channels_last()
    {
        var samples = new[] { Image("a.png", new SKColor(255, 128, 0)), Image("b.png", new SKColor(0, 0, 51)) };

        using var images = ImageTensors.Load(samples, 16);

        Assert.Equal([2, 3, 16, 16], images.shape);
        Assert.Equal([16 * 16 * 3, 1, 16 * 3, 3], images.stride());
        Assert.Equal([1f, 128 / 255f, 0f], Pixel(images, 0));
        Assert.Equal([0f, 0f, 0.2f], Pixel(images, 1));
    }

    [Theory]
    [InlineData(SKEncodedImageFormat.Jpeg, SKColorType.Rgba8888)]
    [InlineData(SKEncodedImageFormat.Png, SKColorType.Gray8)]
    public void Other_formats_become_RGB(SKEncodedImageFormat format, SKColorType type)
    {
        using var bitmap = new SKBitmap(32, 32, type, SKAlphaType.Opaque);
        bitmap.Erase(new SKColor(90, 90, 90));
        using var data = bitmap.Encode(format, 100);
        var path = folder.File("picture");
        File.WriteAllBytes(path, data.ToArray());

        using var images = ImageTensors.Load([new Sample(path, "good")], 32);
        Assert.All(Pixel(images, 0), v => Assert.InRange(v, 88 / 255f, 92 / 255f));
    }

    [Fact]
    public void A_truncated_png_is_named_in_the_error()
    {
        var good = Image("a.png", SKColors.Red);
        var noise = folder.File("cut.png");
        using (var bitmap = new SKBitmap(64, 64))
        {
            var random = new Random(1);
            for (var i = 0; i < 64 * 64; i++)
                bitmap.SetPixel(i % 64, i / 64, new SKColor((uint)random.Next() | 0xff000000));
            using var data = bitmap.Encode(SKEncodedImageFormat.Png, 100);
            File.WriteAllBytes(noise, data.ToArray()[..^2000]);
        }

        var error = Assert.Throws<InvalidDataException>(() => ImageTensors.Load([good, new Sample(noise, "good")], 32));
        Assert.Contains($"{noise} is cut off", error.Message);
    }

    [Fact]
    public void A_text_file_named_png_is_named_in_the_error()
    {
        var path = folder.File("notes.png");
        File.WriteAllText(path, "not a picture");

        var error = Assert.Throws<InvalidDataException>(() => ImageTensors.Load([new Sample(path, "good")], 32));
        Assert.Contains($"{path} is not an image", error.Message);
    }

    [Fact]
    public void One_image_of_another_size_is_named_with_both_sizes()
    {
        var samples = new[] { Image("a.png", SKColors.Red), Image("b.png", SKColors.Red), Image("c.png", SKColors.Red, width: 30) };

        var error = Assert.Throws<InvalidDataException>(() => ImageTensors.Load(samples, 16));
        Assert.Contains($"{samples[2].Path} is 30×40 pixels", error.Message);
        Assert.Contains("is 40×40", error.Message);
    }

    [Fact]
    public void A_missing_file_is_named_in_the_error()
    {
        var path = folder.File("gone.png");
        Assert.Contains(path, Assert.Throws<FileNotFoundException>(() => ImageTensors.Load([new Sample(path, "good")], 16)).Message);
    }

    [Fact]
    public void No_samples_is_an_error_of_its_own()
    {
        Assert.Contains("no samples", Assert.Throws<ArgumentException>(() => ImageTensors.Load([], 16)).Message);
    }

    private Sample Image(string name, SKColor color, int width = 40)
    {
        PngFiles.Write(folder.File(name), width, 40, color);
        return new Sample(folder.File(name), "good");
    }

    private static float[] Pixel(torch.Tensor images, int index) => [.. images[index, torch.TensorIndex.Ellipsis, 7, 7].data<float>()];
}
