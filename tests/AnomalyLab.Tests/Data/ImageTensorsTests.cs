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
    public void What_is_cached_has_the_same_bytes_and_is_not_decoded_again()
    {
        var (sample, cache) = Noise();
        using var decoded = ImageTensors.Load([sample], 16, ImageCache.None);
        using var kept = ImageTensors.Load([sample], 16, cache);
        Overwrite(sample.Path); // the same name, length and time, but no image any more

        using var cached = ImageTensors.Load([sample], 16, cache);

        Assert.True(kept.Equals(decoded), "the image that goes into the cache differs from the decoded one");
        Assert.True(cached.Equals(decoded), "the image from the cache differs from the decoded one");
    }

    [Fact]
    public void A_changed_file_or_another_size_is_decoded_anew()
    {
        var (sample, cache) = Noise();
        ImageTensors.Load([sample], 16, cache).Dispose();
        using var other = ImageTensors.Load([sample], 8, cache);
        Assert.Equal([1, 3, 8, 8], other.shape);

        File.SetLastWriteTimeUtc(sample.Path, File.GetLastWriteTimeUtc(sample.Path).AddSeconds(1));
        Overwrite(sample.Path);
        Assert.Throws<InvalidDataException>(() => ImageTensors.Load([sample], 16, cache));
    }

    [Theory]
    [InlineData("cut off")]
    [InlineData("one byte")]
    [InlineData("empty")]
    public void A_damaged_file_of_the_cache_is_written_anew(string damage)
    {
        var (sample, cache) = Noise();
        using var decoded = ImageTensors.Load([sample], 16, cache);
        var file = Assert.Single(Directory.GetFiles(folder.File("cache"), "*.rgb", SearchOption.AllDirectories));
        var whole = File.ReadAllBytes(file);
        var bytes = (byte[])whole.Clone();
        bytes[^20] ^= 1;
        File.WriteAllBytes(file, damage switch { "cut off" => whole[..^5], "one byte" => bytes, _ => [] });

        using var again = ImageTensors.Load([sample], 16, cache);

        Assert.True(again.Equals(decoded), "the damaged file was taken for an image");
        Assert.Equal(whole, File.ReadAllBytes(file));
    }

    [Fact]
    public async Task Two_that_fill_the_cache_at_once_both_get_their_images()
    {
        var samples = Enumerable.Range(0, 20).Select(i => Noise($"{i}.png").Sample).ToArray();
        using var expected = ImageTensors.Load(samples, 16, ImageCache.None);

        var loaded = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => ImageTensors.Load(samples, 16, new ImageCache(folder.File("cache"))))));

        Assert.All(loaded, images => Assert.True(images.Equals(expected)));
        Assert.All(Directory.GetFiles(folder.File("cache"), "*", SearchOption.AllDirectories), file => Assert.EndsWith(".rgb", file));
        foreach (var images in loaded)
            images.Dispose();
    }

    [Fact]
    public void A_cache_that_cannot_be_written_costs_time_but_no_image()
    {
        var (sample, _) = Noise();
        File.WriteAllText(folder.File("taken"), "a file where a folder should be");
        using var images = ImageTensors.Load([sample], 16, new ImageCache(folder.File("taken")));
        Assert.Equal([1, 3, 16, 16], images.shape);
    }

    [Fact]
    public void An_image_of_another_size_is_found_among_cached_ones_too()
    {
        var (a, cache) = Noise("a.png");
        var (b, _) = Noise("b.png", width: 50);
        for (var run = 0; run < 2; run++)
            Assert.Contains($"{b.Path} is 50×40 pixels", Assert.Throws<InvalidDataException>(() => ImageTensors.Load([a, b], 16, cache)).Message);
    }

    [Fact]
    public void No_samples_is_an_error_of_its_own()
    {
        Assert.Contains("no samples", Assert.Throws<ArgumentException>(() => ImageTensors.Load([], 16)).Message);
    }

    private (Sample Sample, ImageCache Cache) Noise(string name = "noise.png", int width = 40)
    {
        var random = new Random(name.Sum(letter => letter));
        using var bitmap = new SKBitmap(width, 40);
        bitmap.Pixels = [.. Enumerable.Range(0, width * 40).Select(_ => new SKColor((uint)random.Next() | 0xff000000))];
        using var data = bitmap.Encode(SKEncodedImageFormat.Png, 100);
        File.WriteAllBytes(folder.File(name), data.ToArray());
        return (new Sample(folder.File(name), "good"), new ImageCache(folder.File("cache")));
    }

    private static void Overwrite(string path)
    {
        var (length, time) = (new FileInfo(path).Length, File.GetLastWriteTimeUtc(path));
        File.WriteAllBytes(path, new byte[length]);
        File.SetLastWriteTimeUtc(path, time);
    }

    private Sample Image(string name, SKColor color, int width = 40)
    {
        PngFiles.Write(folder.File(name), width, 40, color);
        return new Sample(folder.File(name), "good");
    }

    private static float[] Pixel(torch.Tensor images, int index) => [.. images[index, torch.TensorIndex.Ellipsis, 7, 7].data<float>()];
}
