using SkiaSharp;

namespace AnomalyLab.Course.Synthetic;

/// <summary>Something in the bottle or on its mouth that does not belong there.</summary>
internal static class Contamination
{
    /// <summary>Draws it; the sorts take turns.</summary>
    /// <param name="canvas">In units of half the picture's side, around the middle of the opening.</param>
    /// <param name="random">Where it is and what it looks like.</param>
    /// <param name="index">The picture's number.</param>
    public static void Draw(SKCanvas canvas, Random random, int index)
    {
        Action<SKCanvas, Random>[] sorts = [Cloth, Liquid, Film, Fibre, Residue, Foil, Tape];
        sorts[index % sorts.Length](canvas, random);
    }

    // A dark piece of cloth or foam that fills part of the opening.
    private static void Cloth(SKCanvas canvas, Random random)
    {
        Inside(canvas);
        var middle = Sketch.At(random.Between(0, MathF.Tau), random.Between(.05f, .2f));
        using var cloth = Sketch.Blob(random, middle, random.Between(.24f, .46f), .45f, 9);
        var brightness = random.Between(.25f, .8f);
        canvas.Save();
        canvas.ClipPath(cloth, antialias: true);
        canvas.DrawColor(Sketch.Tint("#4a4541", .9f));
        for (var thread = 4000; thread > 0; thread--)
        {
            var place = middle + new SKPoint(random.Between(-.6f, .6f), random.Between(-.6f, .6f));
            using var nap = Sketch.Curve(place, place + Sketch.At(random.Between(0, MathF.Tau), .012f));
            canvas.Line(nap, Sketch.Tint(random.NextSingle() < .5f ? "#aaa49c" : "#0c0c10", brightness * random.Between(.1f, .6f)), .004f);
        }
        canvas.Restore();
        canvas.Line(cloth, Sketch.Tint("#a09a92", .5f * brightness), .004f);
        canvas.Restore();
    }

    // A cloudy liquid, up to the edge of the opening.
    private static void Liquid(SKCanvas canvas, Random random)
    {
        Inside(canvas);
        using var opening = Circle(Bottle.Opening);
        var color = new[] { "#7c5a3e", "#63372a", "#525a4e" }[random.Next(3)];
        canvas.Fill(opening, Sketch.Tint(color, random.Between(.2f, 1)));
        for (var cloud = 34; cloud > 0; cloud--)
        {
            using var shape = Sketch.Blob(random, Sketch.At(random.Between(0, MathF.Tau), random.Between(0, Bottle.Opening)), random.Between(.03f, .12f), .5f, 6);
            canvas.Fill(shape, Sketch.Tint(random.NextSingle() < .6f ? "#8a6a4c" : "#3c302a", random.Between(.05f, .3f)), .03f);
        }
        canvas.Restore();
    }

    // A clear lens of something below the mouth: a paler disc with a dark middle and two reflections.
    private static void Film(SKCanvas canvas, Random random)
    {
        Inside(canvas);
        canvas.Translate(random.Within(.08f), random.Within(.08f));
        var radius = random.Between(.22f, .4f);
        using var disc = Circle(radius);
        canvas.Fill(disc, Sketch.Tint("#54566a", random.Between(.35f, .95f)), .006f);
        canvas.Line(disc, Sketch.Tint("#6d6c78", random.Between(.1f, .6f)), .006f);
        using var eye = Circle(radius * random.Between(.12f, .25f));
        canvas.Fill(eye, Sketch.Tint("#15151f", .9f), .012f);
        var start = random.Between(3.6f, 4.4f);
        for (var reflection = 0; reflection < 2; reflection++)
        {
            var distance = radius * random.Between(.6f, .9f);
            using var arc = Sketch.Curve([.. Enumerable.Range(0, 7).Select(step => Sketch.At(start + .16f * step, distance))]);
            canvas.Line(arc, Sketch.Tint("#d5d8d6", random.Between(.2f, .8f)), .006f, .003f);
        }
        canvas.Restore();
    }

    // A fibre that hangs over the mouth.
    private static void Fibre(SKCanvas canvas, Random random)
    {
        var angle = random.Between(0, MathF.Tau);
        float from = random.Between(-.25f, .25f), to = random.Between(.6f, 1.1f);
        var points = Enumerable.Range(0, 6).Select(step => Sketch.At(angle + random.Within(.25f), from + (to - from) * step / 5)).ToArray();
        using var fibre = Sketch.Curve(points);
        var width = random.Between(.02f, .09f);
        var color = new[] { "#26242a", "#b4502e", "#efe6d2", "#4c4c52" }[random.Next(4)];
        canvas.Line(fibre, Sketch.Tint("#14141a"), width * 1.15f, .002f);
        canvas.Line(fibre, Sketch.Tint(color, .95f), width * .8f);
        using var dash = SKPathEffect.CreateDash([width * .5f, width * .5f], 0);
        using var paint = new SKPaint { Color = Sketch.Tint("#100e12", .5f), IsAntialias = true, Style = SKPaintStyle.Stroke, StrokeWidth = width * .7f, PathEffect = dash };
        canvas.DrawPath(fibre, paint);
    }

    // A clear drop or splinter on the mouth's edge: hardly more than its outline shows.
    private static void Residue(SKCanvas canvas, Random random)
    {
        var middle = Sketch.At(random.Between(0, MathF.Tau), random.Between(.42f, .56f));
        using var drop = Sketch.Blob(random, middle, random.Between(.07f, .18f), .3f, 9);
        canvas.Fill(drop, Sketch.Tint(random.NextSingle() < .5f ? "#22222c" : "#6c6e7a", random.Between(.25f, .8f)), .004f);
        canvas.Line(drop, Sketch.Tint("#80828a", random.Between(.1f, .6f)), .005f);
    }

    // Crumpled foil or paper, with bright creases.
    private static void Foil(SKCanvas canvas, Random random)
    {
        Inside(canvas);
        var middle = Sketch.At(random.Between(0, MathF.Tau), random.Between(0, .2f));
        var radius = random.Between(.16f, .36f);
        using var foil = Sketch.Blob(random, middle, radius, .45f, 12);
        canvas.Save();
        canvas.ClipPath(foil, antialias: true);
        canvas.DrawColor(Sketch.Tint("#5b5148"));
        for (var crease = 22; crease > 0; crease--)
        {
            using var facet = Sketch.Blob(random, middle + new SKPoint(random.Within(radius), random.Within(radius)), radius * .6f, .7f, 4);
            canvas.Fill(facet, middle - Sketch.At(crease, radius), middle + Sketch.At(crease, radius), [Sketch.Tint("#a89a86", .6f), Sketch.Tint("#2c2a2c", .5f)]);
        }
        canvas.Restore();
        canvas.Line(foil, Sketch.Tint("#d8ccb8", random.Between(.3f, .9f)), .006f);
        canvas.Restore();
    }

    // A strip that lies across the mouth and goes out of focus inside.
    private static void Tape(SKCanvas canvas, Random random)
    {
        canvas.Save();
        canvas.RotateRadians(random.Between(0, MathF.Tau));
        var half = random.Between(.05f, .13f);
        float from = random.Between(-.1f, .2f), to = random.Between(.55f, .9f), bend = random.Within(.15f);
        using var strip = Sketch.Polygon(new(from, -half), new(to, bend - half), new(to + .02f, bend + half * .9f), new(from, half));
        canvas.Fill(strip, new(from, 0), new(to, bend), [Sketch.Tint("#2a2a30", .6f), Sketch.Tint("#55555c"), Sketch.Tint("#3c3c44")]);
        for (var rib = -2; rib <= 2; rib++)
        {
            using var line = Sketch.Curve(new(from, rib * half * .4f), new(to, bend + rib * half * .4f));
            canvas.Line(line, Sketch.Tint(rib % 2 == 0 ? "#74747c" : "#1e1e24", .5f), .006f, .002f);
        }
        canvas.Restore();
    }

    private static void Inside(SKCanvas canvas)
    {
        canvas.Save();
        using var opening = Circle(Bottle.Opening);
        canvas.ClipPath(opening, antialias: true);
    }

    private static SKPath Circle(float radius)
    {
        using var builder = new SKPathBuilder();
        builder.AddCircle(0, 0, radius);
        return builder.Detach();
    }
}
