using SkiaSharp;

namespace AnomalyLab.Course.Synthetic;

/// <summary>The few strokes that the defects are made of.</summary>
internal static class Sketch
{
    /// <summary>The point at an angle (radians, clockwise from the right) and a distance from the middle.</summary>
    public static SKPoint At(float angle, float distance) => new(distance * MathF.Cos(angle), distance * MathF.Sin(angle));

    /// <summary>A colour from its name in hexadecimal, as in <c>#f2c84b</c>, with some opacity in 0..1.</summary>
    public static SKColor Tint(string hexadecimal, float opacity = 1) =>
        SKColor.Parse(hexadecimal).WithAlpha((byte)(255 * Math.Clamp(opacity, 0, 1)));

    /// <summary>A straight-edged outline, closed.</summary>
    public static SKPath Polygon(params IEnumerable<SKPoint> corners)
    {
        using var builder = new SKPathBuilder();
        builder.AddPoly([.. corners], close: true);
        return builder.Detach();
    }

    /// <summary>A soft line that bends near the points.</summary>
    public static SKPath Curve(params SKPoint[] points)
    {
        using var builder = new SKPathBuilder();
        builder.MoveTo(points[0]);
        for (var i = 1; i < points.Length - 1; i++)
            builder.QuadTo(points[i], i == points.Length - 2 ? points[^1] : Middle(points[i], points[i + 1]));
        if (points.Length == 2)
            builder.LineTo(points[1]);
        return builder.Detach();
    }

    /// <summary>An irregular round outline.</summary>
    /// <param name="random">Where the corners come from.</param>
    /// <param name="middle">Around where.</param>
    /// <param name="radius">How far the corners are from the middle, about.</param>
    /// <param name="roughness">By which part of the radius they may be nearer or further.</param>
    /// <param name="corners">How many.</param>
    public static SKPath Blob(Random random, SKPoint middle, float radius, float roughness, int corners) =>
        Polygon(Enumerable.Range(0, corners)
            .Select(corner => middle + At((corner + random.Between(-.3f, .3f)) * MathF.Tau / corners, radius * (1 + roughness * random.Between(-1, 1)))));

    /// <summary>Fills an outline with a colour.</summary>
    public static void Fill(this SKCanvas canvas, SKPath path, SKColor color, float blur = 0)
    {
        using var paint = new SKPaint { Color = color, IsAntialias = true };
        paint.Soften(blur);
        canvas.DrawPath(path, paint);
    }

    /// <summary>Fills an outline with colours that run from one point to another.</summary>
    public static void Fill(this SKCanvas canvas, SKPath path, SKPoint from, SKPoint to, SKColor[] colors)
    {
        using var shader = SKShader.CreateLinearGradient(from, to, colors, SKShaderTileMode.Clamp);
        using var paint = new SKPaint { Shader = shader, IsAntialias = true };
        canvas.DrawPath(path, paint);
    }

    /// <summary>Draws a line along a path.</summary>
    public static void Line(this SKCanvas canvas, SKPath path, SKColor color, float width, float blur = 0)
    {
        using var paint = new SKPaint { Color = color, IsAntialias = true, Style = SKPaintStyle.Stroke, StrokeWidth = width, StrokeCap = SKStrokeCap.Round, StrokeJoin = SKStrokeJoin.Round };
        paint.Soften(blur);
        canvas.DrawPath(path, paint);
    }

    private static SKPoint Middle(SKPoint a, SKPoint b) => new((a.X + b.X) / 2, (a.Y + b.Y) / 2);

    private static void Soften(this SKPaint paint, float blur)
    {
        if (blur > 0)
            paint.MaskFilter = SKMaskFilter.CreateBlur(SKBlurStyle.Normal, blur);
    }
}
