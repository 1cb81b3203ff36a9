using SkiaSharp;
using TorchSharp;

namespace AnomalyLab.Data;

/// <summary>Images as the network sees them.</summary>
public static class ImageTensors
{
    /// <summary>
    /// Decodes the images once, in parallel, and resizes them as PIL's <c>BILINEAR</c> does (antialiased, rounded to 8 bits).
    /// </summary>
    /// <param name="samples">The samples, in the order of the result; all of one size.</param>
    /// <param name="size">Height and width of the result in pixels.</param>
    /// <returns>
    /// A float tensor of shape [samples, 3, size, size] on the processor, RGB in 0..1 (bytes divided by 255), stored
    /// channels-last. The caller owns it.
    /// </returns>
    /// <exception cref="InvalidDataException">A file is no image, or cut off, or of another size than the first; the message names it.</exception>
    /// <exception cref="ArgumentException">There are no samples.</exception>
    public static torch.Tensor Load(IReadOnlyList<Sample> samples, int size)
    {
        if (samples.Count == 0)
            throw new ArgumentException("There are no samples to load.", nameof(samples));

        var bytes = new byte[samples.Count * size * size * 3];
        var sizes = new SKSizeI[samples.Count];
        var errors = new Exception?[samples.Count];
        Parallel.For(0, samples.Count, i =>
        {
            try
            {
                using var pixels = Decode(samples[i].Path);
                sizes[i] = pixels.Info.Size;
                PillowBilinear.Resize(pixels.GetPixelSpan(), pixels.Width, pixels.Height, size, bytes.AsSpan(i * size * size * 3, size * size * 3));
            }
            catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException)
            {
                errors[i] = e;
            }
        });

        if (errors.FirstOrDefault(e => e is not null) is { } error)
            throw error;
        var other = Array.FindIndex(sizes, s => s != sizes[0]);
        if (other > 0)
            throw new InvalidDataException($"{samples[other].Path} is {sizes[other].Width}×{sizes[other].Height} pixels, but {samples[0].Path} is {sizes[0].Width}×{sizes[0].Height}: the images of a category must all have one size.");

        using var scope = torch.NewDisposeScope();
        return (torch.tensor(bytes, [samples.Count, size, size, 3], torch.uint8).to(torch.float32) / 255)
            .permute(0, 3, 1, 2).MoveToOuterDisposeScope();
    }

    /// <summary>Decodes an image file into 8-bit RGBA.</summary>
    /// <exception cref="InvalidDataException">The file is no image, or cut off; the message names it.</exception>
    internal static SKBitmap Decode(string path)
    {
        using var stream = File.OpenRead(path);
        using var codec = SKCodec.Create(stream)
            ?? throw new InvalidDataException($"{path} is not an image this library can read: replace it by a PNG file, or remove it.");
        var bitmap = new SKBitmap(codec.Info.WithColorType(SKColorType.Rgba8888).WithAlphaType(SKAlphaType.Unpremul));
        if (codec.GetPixels(bitmap.Info, bitmap.GetPixels()) is var result && result != SKCodecResult.Success)
        {
            bitmap.Dispose();
            throw new InvalidDataException($"{path} is cut off or damaged ({result}): copy it anew, or remove it.");
        }
        return bitmap;
    }
}
