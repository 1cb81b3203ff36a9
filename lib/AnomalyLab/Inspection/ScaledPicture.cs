using AnomalyLab.Data;
using AnomalyLab.Visualization;
using static TorchSharp.torch;

namespace AnomalyLab.Inspection;

/// <summary>A picture as the network sees it.</summary>
/// <param name="Path">The file.</param>
/// <param name="Width">The width in pixels.</param>
/// <param name="Height">The height in pixels.</param>
/// <param name="Rgb">Height × width × 3 bytes.</param>
/// <param name="Shown">A picture to lay a map over; <c>null</c> where none was asked for.</param>
internal sealed record ScaledPicture(string Path, int Width, int Height, byte[] Rgb, Picture? Shown)
{
    private const int Step = 16, LeastSide = 32; // the network's third stage has one place per 16×16 pixels

    /// <summary>The size that pictures are scaled to: about size² pixels, in their own proportions, in steps of 16 and of at least 32 pixels a side.</summary>
    /// <remarks>Only pictures more than (size / 32)² times as long as wide (64 times for 256) are squeezed; they would have too many pixels otherwise.</remarks>
    public static (int Width, int Height) SizeOf(int width, int height, int size)
    {
        var scale = size / Math.Sqrt((double)width * height);
        int Side(int side) => Math.Clamp((int)Math.Round(side * scale / Step) * Step, LeastSide, Math.Max(size, size * size / LeastSide / Step * Step));
        return (Side(width), Side(height));
    }

    /// <summary>Scales a picture.</summary>
    /// <param name="path">The file it comes from.</param>
    /// <param name="picture">The picture.</param>
    /// <param name="to">The size.</param>
    /// <param name="shownSize">The longer side of <see cref="Shown"/> at most; 0 for none.</param>
    public static ScaledPicture Of(string path, PictureFile picture, (int Width, int Height) to, int shownSize)
    {
        var rgb = new byte[to.Width * to.Height * 3];
        picture.Resize(to.Width, to.Height, rgb);
        return new(path, to.Width, to.Height, rgb, shownSize > 0 ? Picture.From(picture).Within(shownSize) : null);
    }

    /// <summary>Pictures of one size as a tensor, [N, 3, height, width] in 0..1. The caller owns it.</summary>
    public static Tensor ToTensor(IReadOnlyList<ScaledPicture> pictures) =>
        ImageTensors.From([.. pictures.Select(picture => picture.Rgb)], pictures[0].Width, pictures[0].Height);
}
