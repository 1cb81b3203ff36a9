using SkiaSharp;
using static TorchSharp.torch;

namespace AnomalyLab.Data;

/// <summary>Where the defects are.</summary>
public static class Masks
{
    /// <summary>Reads the samples' masks, in parallel, in their own size.</summary>
    /// <param name="samples">The samples, in the order of the result; all of one size.</param>
    /// <returns>A bool tensor of shape [samples, H, W] on the processor: true at defective pixels, nowhere for good samples. The caller owns it.</returns>
    /// <exception cref="FileNotFoundException">A defective sample's mask is missing.</exception>
    /// <exception cref="InvalidDataException">A mask is no image, cut off, or of another size than the first sample; the message names it.</exception>
    /// <exception cref="ArgumentException">There are no samples.</exception>
    public static Tensor Load(IReadOnlyList<Sample> samples)
    {
        if (samples.Count == 0)
            throw new ArgumentException("There are no samples to load masks of.", nameof(samples));
        var size = SizeOf(samples[0].Path);
        var bytes = new byte[(long)samples.Count * size.Width * size.Height];
        var errors = new Exception?[samples.Count];
        Parallel.For(0, samples.Count, i =>
        {
            if (samples[i].MaskPath is not { } path)
                return;
            try
            {
                using var mask = ImageTensors.Decode(path);
                if (mask.Info.Size != size)
                    throw new InvalidDataException($"{path} is {mask.Width}×{mask.Height} pixels, but {samples[0].Path} is {size.Width}×{size.Height}: masks and images of a category must all have one size.");
                var pixels = mask.GetPixelSpan();
                var to = bytes.AsSpan(i * size.Width * size.Height, size.Width * size.Height);
                for (var p = 0; p < to.Length; p++)
                    to[p] = pixels[p * 4] > 0 ? (byte)1 : (byte)0; // red: masks are grey
            }
            catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException)
            {
                errors[i] = e;
            }
        });
        if (errors.FirstOrDefault(e => e is not null) is { } error)
            throw error;
        using var scope = NewDisposeScope();
        return tensor(bytes, [samples.Count, size.Height, size.Width], uint8).to(ScalarType.Bool).MoveToOuterDisposeScope();
    }

    private static SKSizeI SizeOf(string path)
    {
        using var codec = SKCodec.Create(path)
            ?? throw new InvalidDataException($"{path} is not an image this library can read: replace it by a PNG file, or remove it.");
        return codec.Info.Size;
    }
}
