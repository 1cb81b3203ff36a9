using System.Numerics;
using System.Runtime.InteropServices;
using SkiaSharp;

namespace AnomalyLab.Course.Synthetic;

/// <summary>One synthetic picture and, for a defective bottle, its mask.</summary>
internal sealed class SyntheticSample : IDisposable
{
    // A defect's edge fades out; what is fainter than this counts as untouched.
    private const byte Faintest = 8;

    private static readonly SKPngEncoderOptions Fast = new(SKPngEncoderFilterFlags.Sub, 1);

    private readonly SKBitmap image;
    private readonly SKBitmap? mask;

    /// <summary>Draws the picture, which depends on the arguments alone.</summary>
    /// <param name="seed">Which set of pictures.</param>
    /// <param name="kind">What the picture shows.</param>
    /// <param name="index">Its number among those of its kind.</param>
    /// <param name="side">Width and height in pixels.</param>
    /// <param name="flawless">Whether to draw the same bottle without its defect.</param>
    public SyntheticSample(int seed, Kind kind, int index, int side, bool flawless = false)
    {
        Random Stream(int purpose) => new((int)Noise.Hash(seed, (int)kind, index, purpose));

        var bottle = new Bottle(Stream(0));
        var camera = new Camera(Stream(1));
        image = new SKBitmap(side, side, SKColorType.Rgba8888, SKAlphaType.Opaque);
        var pixels = MemoryMarshal.Cast<byte, uint>(image.GetPixelSpan());

        using var defect = flawless || kind is Kind.TrainGood or Kind.TestGood ? null : Defect.Draw(kind, index, side, bottle, Stream(2));
        mask = defect is null ? null : new SKBitmap(side, side, SKColorType.Gray8, SKAlphaType.Opaque);
        var layer = defect is null ? default : MemoryMarshal.Cast<byte, uint>(defect.GetPixelSpan());
        var marks = mask is null ? default : mask.GetPixelSpan();

        for (var pixel = 0; pixel < side * side; pixel++)
        {
            var place = new Vector2((pixel % side + .5f) * 2 / side - 1, (pixel / side + .5f) * 2 / side - 1);
            var glass = bottle.ColorAt(place);
            var seen = camera.Expose(glass, place, pixel);
            if (!layer.IsEmpty)
            {
                var over = layer[pixel];
                var covered = over >> 24 >= Faintest;
                marks[pixel] = covered ? byte.MaxValue : (byte)0;
                if (covered)
                    seen = Changed(seen, camera.Expose(Cover(glass, over), place, pixel));
            }
            pixels[pixel] = seen | 0xff000000;
        }
    }

    /// <summary>The picture as a PNG of 8-bit RGB.</summary>
    public byte[] ImagePng() => Png(image);

    /// <summary>The mask as a PNG of 8-bit grey: 255 in the pixels that the defect changed, 0 in all others.</summary>
    public byte[] MaskPng() => Png(mask ?? throw new InvalidOperationException("A good bottle has no mask."));

    /// <inheritdoc/>
    public void Dispose()
    {
        image.Dispose();
        mask?.Dispose();
    }

    // The layer's colours are premultiplied with its alpha.
    private static Vector3 Cover(Vector3 below, uint layer) =>
        new Vector3(layer & 0xff, layer >> 8 & 0xff, layer >> 16 & 0xff) + below * (1 - (layer >> 24) / 255f);

    // Where a defect happens to have the bottle's own colour, it still shows by one step of blue: the mask stays exact and without holes.
    private static uint Changed(uint before, uint after) =>
        after != before ? after : after >> 16 < 255 ? after + 0x10000 : after - 0x10000;

    private static byte[] Png(SKBitmap bitmap)
    {
        using var pixels = bitmap.PeekPixels();
        using var png = pixels.Encode(Fast);
        return png!.ToArray();
    }
}
