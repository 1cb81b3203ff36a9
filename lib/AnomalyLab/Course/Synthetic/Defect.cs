using SkiaSharp;

namespace AnomalyLab.Course.Synthetic;

/// <summary>Draws a defect on a layer of its own, transparent where the bottle stays as it was.</summary>
internal static class Defect
{
    /// <summary>The layer, RGBA with premultiplied alpha. Its owner disposes it.</summary>
    public static SKBitmap Draw(Kind kind, int index, int side, Bottle bottle, Random random)
    {
        var layer = new SKBitmap(side, side, SKColorType.Rgba8888, SKAlphaType.Premul);
        using var canvas = new SKCanvas(layer);
        // Units as in Bottle, around the middle of the opening.
        canvas.Scale(side / 2f);
        canvas.Translate(1 + bottle.Mouth.X, 1 + bottle.Mouth.Y);
        switch (kind)
        {
            case Kind.BrokenLarge:
                Chip.Draw(canvas, random, random.Between(1.4f, 4.6f), random.Between(.72f, .80f));
                break;
            case Kind.BrokenSmall:
                Chip.Draw(canvas, random, .4f + 1.4f * MathF.Pow(random.NextSingle(), 2), random.Between(.66f, .76f));
                break;
            default:
                Contamination.Draw(canvas, random, index);
                break;
        }
        return layer;
    }
}
