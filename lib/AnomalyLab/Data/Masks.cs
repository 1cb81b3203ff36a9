using System.Runtime.InteropServices;
using AnomalyLab.Display;
using static TorchSharp.torch;

namespace AnomalyLab.Data;

/// <summary>Reads the masks, which say where the defects are.</summary>
public static class Masks
{
    /// <summary>
    /// Reads the samples' masks, in parallel, in their own size. A pixel is defective unless it is black or transparent, whatever
    /// the file's encoding: grey, colours, a palette, 1 to 16 bits, with 1 or 255 as white.
    /// </summary>
    /// <param name="samples">The samples, in the order of the result; all of one size.</param>
    /// <returns>A bool tensor of shape [samples, H, W] on the processor: true at defective pixels, nowhere for good samples. The caller owns it.</returns>
    /// <exception cref="FileNotFoundException">A defective sample's mask is missing.</exception>
    /// <exception cref="InvalidDataException">A mask is no image, cut off, of another size than the first sample, or marks nothing; the message names it.</exception>
    /// <exception cref="ArgumentException">There are no samples.</exception>
    public static Tensor Load(IReadOnlyList<Sample> samples)
    {
        if (samples.Count == 0)
            throw new ArgumentException(Texts.Of("There are no samples to load masks of."), nameof(samples));
        var size = PictureFile.SizeOf(samples[0].Path)
            ?? throw new InvalidDataException(Texts.Format($"{samples[0].Path} is not an image this library can read: replace it by a PNG file, or remove it."));
        using var scope = NewDisposeScope();
        var masks = zeros([samples.Count, size.Height, size.Width], ScalarType.Bool);
        var errors = new Exception?[samples.Count];
        Parallel.For(0, samples.Count, i =>
        {
            if (samples[i].MaskPath is not { } path)
                return;
            try
            {
                var (width, height, marked) = PictureFile.ReadMask(path);
                if ((width, height) != size)
                    throw new InvalidDataException(Texts.Format($"{path} is {width}×{height} pixels, but {samples[0].Path} is {size.Width}×{size.Height}: masks and images of a category must all have one size."));
                using var mask = masks.select(0, i); // all masks together may have too many bytes for a span
                marked.CopyTo(MemoryMarshal.Cast<byte, bool>(mask.bytes));
            }
            catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException)
            {
                errors[i] = e;
            }
        });
        return errors.FirstOrDefault(e => e is not null) is { } error ? throw error : masks.MoveToOuterDisposeScope();
    }
}
