using System.Runtime.InteropServices;
using AnomalyLab.Display;
using TorchSharp;

namespace AnomalyLab.Data;

/// <summary>Images as the network sees them.</summary>
public static class ImageTensors
{
    /// <summary>The name of the method in <see cref="Pixels"/>; change it whenever its result changes.</summary>
    private const string Method = "upright, on white, PIL bilinear";

    private static readonly float[] ToFloat = [.. Enumerable.Range(0, 256).Select(value => value / 255f)];

    /// <summary>
    /// Decodes the images in parallel (upright, on white, 8 bits), and resizes them as PIL's <c>BILINEAR</c> does (antialiased,
    /// rounded to 8 bits). Images that were decoded before come from the cache.
    /// </summary>
    /// <param name="samples">The samples, in the order of the result; all of one size.</param>
    /// <param name="size">Height and width of the result in pixels.</param>
    /// <param name="cache">Where decoded images are kept; nowhere if left out.</param>
    /// <returns>
    /// A float tensor of shape [samples, 3, size, size] on the processor, RGB in 0..1 (bytes divided by 255), stored
    /// channels-last. The caller owns it.
    /// </returns>
    /// <exception cref="InvalidDataException">A file is no image, or cut off, or of another size than the first; the message names it.</exception>
    /// <exception cref="ArgumentException">There are no samples.</exception>
    public static torch.Tensor Load(IReadOnlyList<Sample> samples, int size, ImageCache? cache = null)
    {
        if (samples.Count == 0)
            throw new ArgumentException(Texts.Of("There are no samples to load."), nameof(samples));
        using var scope = torch.NewDisposeScope();
        var images = torch.empty([samples.Count, size, size, 3], torch.float32);
        ForEach(samples, size, cache, (i, pixels) => Write(pixels, images, i));
        return images.permute(0, 3, 1, 2).MoveToOuterDisposeScope();
    }

    /// <summary>Images of one size, as they are decoded.</summary>
    /// <param name="pixels">Red, green, blue of each pixel of each image, row by row.</param>
    /// <param name="width">Pixels in a row.</param>
    /// <param name="height">Rows.</param>
    /// <returns>[images, 3, height, width], RGB in 0..1, on the processor, stored channels-last. The caller owns it.</returns>
    internal static torch.Tensor From(IReadOnlyList<byte[]> pixels, int width, int height)
    {
        using var scope = torch.NewDisposeScope();
        var images = torch.empty([pixels.Count, height, width, 3], torch.float32);
        for (var i = 0; i < pixels.Count; i++)
            Write(pixels[i], images, i);
        return images.permute(0, 3, 1, 2).MoveToOuterDisposeScope();
    }

    private static void Write(byte[] pixels, torch.Tensor images, int i)
    {
        using var image = images.select(0, i); // all images together may have too many bytes for a span
        var values = MemoryMarshal.Cast<byte, float>(image.bytes);
        for (var p = 0; p < pixels.Length; p++)
            values[p] = ToFloat[pixels[p]];
    }

    /// <summary>Decodes images into the cache and checks that all have one size.</summary>
    internal static void Prepare(IReadOnlyList<Sample> samples, int size, ImageCache? cache) => ForEach(samples, size, cache, (_, _) => { });

    /// <summary>The image's key in the cache: its file, and how it is resized.</summary>
    internal static string KeyOf(Sample sample, int size) => ImageCache.KeyOf(new FileInfo(sample.Path), size, Method);

    /// <summary>Calls back, on several threads, with each image's index and its size · size · 3 bytes.</summary>
    private static void ForEach(IReadOnlyList<Sample> samples, int size, ImageCache? cache, Action<int, byte[]> use)
    {
        cache ??= ImageCache.None;
        var sizes = new (int Width, int Height)[samples.Count];
        var errors = new Exception?[samples.Count];
        Parallel.For(0, samples.Count, () => new byte[size * size * 3], (i, _, pixels) =>
        {
            try
            {
                sizes[i] = Pixels(samples[i].Path, size, cache, pixels);
                use(i, pixels);
            }
            catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException)
            {
                errors[i] = e;
            }
            return pixels;
        }, _ => { });

        if (errors.FirstOrDefault(e => e is not null) is { } error)
            throw error;
        var other = Array.FindIndex(sizes, s => s != sizes[0]);
        if (other > 0)
            throw new InvalidDataException(Texts.Format($"{samples[other].Path} is {sizes[other].Width}×{sizes[other].Height} pixels, but {samples[0].Path} is {sizes[0].Width}×{sizes[0].Height}: the images of a category must all have one size."));
    }

    /// <returns>The size of the image in its file.</returns>
    private static (int Width, int Height) Pixels(string path, int size, ImageCache cache, byte[] pixels)
    {
        var file = new FileInfo(path);
        var key = file.Exists && file.Length > pixels.Length ? ImageCache.KeyOf(file, size, Method) : null;
        if (key is not null && cache.Read(key, pixels) is { } known)
            return known;
        var picture = PictureFile.Read(path);
        picture.Resize(size, size, pixels);
        if (key is not null)
            cache.Write(key, pixels, picture.Width, picture.Height);
        return (picture.Width, picture.Height);
    }
}
