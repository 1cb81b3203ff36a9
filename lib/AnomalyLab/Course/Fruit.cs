using AnomalyLab.Course.Synthetic;
using SkiaSharp;
using static TorchSharp.torch;

namespace AnomalyLab.Course;

/// <summary>
/// Pictures of fruit, small enough to follow what a network does with them: float tensors of shape [count, 3,
/// <see cref="Size"/>, <see cref="Size"/>] (RGB) with values in 0..1, which belong to the caller. A seed always gives the
/// same ones.
/// </summary>
public static class Fruit
{
    /// <summary>Height and width in pixels.</summary>
    public const int Size = 16;

    private static readonly SKColor Ground = Sketch.Tint("#e9edf2"), Stem = Sketch.Tint("#5b3a1e"), Leaf = Sketch.Tint("#3f8f3a"),
        Green = Sketch.Tint("#94b53c"), Red = Sketch.Tint("#c8202c"), Yellow = Sketch.Tint("#ecd24e");

    /// <summary>Apples from green to red, of different sizes, some a little to the side.</summary>
    /// <param name="count">How many, at least one.</param>
    /// <param name="seed">Which ones.</param>
    public static Tensor Apples(int count, int seed) => Draw(count, seed, DrawApple);

    /// <summary>The apples that <see cref="Apples"/> gives, with a bite taken out of each.</summary>
    /// <param name="count">How many, at least one.</param>
    /// <param name="seed">Which ones.</param>
    public static Tensor BittenApples(int count, int seed) => Draw(count, seed, (canvas, random) =>
    {
        DrawApple(canvas, random);
        Oval(canvas, .95f, 0, .5f, .5f, Ground);
    });

    /// <summary>Pears from yellow to green, of different sizes, some a little to the side.</summary>
    /// <param name="count">How many, at least one.</param>
    /// <param name="seed">Which ones.</param>
    public static Tensor Pears(int count, int seed) => Draw(count, seed, (canvas, random) =>
    {
        var skin = Mix(Yellow, Green, random.NextSingle());
        canvas.Line(Sketch.Curve(new(0, -1), new(random.Within(.3f), -1.5f)), Stem, .14f);
        Oval(canvas, 0, -.6f, .48f, .6f, skin);
        Oval(canvas, 0, .3f, .85f, .75f, skin);
    });

    private static void DrawApple(SKCanvas canvas, Random random)
    {
        var skin = Mix(Green, Red, random.NextSingle());
        canvas.Line(Sketch.Curve(new(0, -.6f), new(random.Within(.3f), -1.3f)), Stem, .14f);
        Oval(canvas, .5f, -1.05f, .36f, .17f, Leaf);
        Oval(canvas, -.32f, .05f, .68f, .9f, skin);
        Oval(canvas, .32f, .05f, .68f, .9f, skin);
    }

    /// <summary>Draws fruits whose middle is at 0 and whose radius is about 1.</summary>
    private static Tensor Draw(int count, int seed, Action<SKCanvas, Random> draw)
    {
        var random = new Random(seed);
        var values = new float[count * 3 * Size * Size];
        for (var fruit = 0; fruit < count; fruit++)
        {
            using var bitmap = new SKBitmap(Size, Size, SKColorType.Rgba8888, SKAlphaType.Opaque);
            using var canvas = new SKCanvas(bitmap);
            canvas.Clear(Ground);
            canvas.Translate(Size / 2f + random.Within(.6f), .58f * Size + random.Within(.4f));
            canvas.Scale(random.Between(4.4f, 5.8f));
            draw(canvas, random);
            var pixels = bitmap.GetPixelSpan();
            for (var i = 0; i < 3 * Size * Size; i++)
                values[fruit * 3 * Size * Size + i] = pixels[i % (Size * Size) * 4 + i / (Size * Size)] / 255f;
        }
        using var drawn = tensor(values, [count, 3, Size, Size]); // cloned, because .NET's memory is aligned by chance, and the last bits of sums depend on that
        return drawn.clone();
    }

    private static void Oval(SKCanvas canvas, float x, float y, float width, float height, SKColor color)
    {
        using var paint = new SKPaint { Color = color, IsAntialias = true };
        canvas.DrawOval(x, y, width, height, paint);
    }

    private static SKColor Mix(SKColor from, SKColor to, float part)
    {
        byte Channel(byte a, byte b) => (byte)(a + (b - a) * part);
        return new(Channel(from.Red, to.Red), Channel(from.Green, to.Green), Channel(from.Blue, to.Blue));
    }
}
