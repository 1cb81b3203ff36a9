using SkiaSharp;

namespace AnomalyLab.Data.Synthetic;

/// <summary>A piece broken out of the mouth: the dull plane of the fracture, facets, and sometimes glittering shards.</summary>
internal static class Chip
{
    /// <summary>Draws it.</summary>
    /// <param name="canvas">In units of half the picture's side, around the middle of the opening.</param>
    /// <param name="random">Where it is and what it looks like.</param>
    /// <param name="span">How much of the mouth is gone, in radians.</param>
    /// <param name="reach">How far out the fracture goes.</param>
    public static void Draw(SKCanvas canvas, Random random, float span, float reach)
    {
        var start = random.Between(0, MathF.Tau);
        var clearness = random.Between(.35f, 1); // from nearly invisible to obvious

        using var piece = Piece(random, start, span, reach);
        canvas.Save();
        canvas.ClipPath(piece, antialias: true);
        canvas.DrawColor(Sketch.Tint("#33333c", .55f + .45f * clearness));
        Facets(canvas, random, start, span, reach, clearness);
        canvas.Restore();
    }

    private static SKPath Piece(Random random, float start, float span, float reach)
    {
        var corners = Math.Max(7, (int)(span * 12));
        var outer = Enumerable.Range(0, corners + 1).Select(corner =>
        {
            var part = (float)corner / corners;
            var bulge = MathF.Pow(MathF.Sin(MathF.PI * Math.Clamp(part, .03f, .97f)), .35f);
            return Sketch.At(start + span * (part + random.Around(.3f) / corners), .45f + (reach - .45f) * bulge * random.Between(.86f, 1));
        });
        var inner = Enumerable.Range(0, corners + 1).Select(corner =>
            Sketch.At(start + span * (1 - (float)corner / corners), Bottle.Opening - random.Between(-.006f, .012f)));
        return Sketch.Polygon(outer.Concat(inner));
    }

    private static void Facets(SKCanvas canvas, Random random, float start, float span, float reach, float clearness)
    {
        float Angle() => start + span * random.NextSingle();
        float Distance() => random.Between(Bottle.Opening, reach);

        // Where the mouth is gone, one looks a little further down.
        using var depth = Sketch.Curve([.. Enumerable.Range(0, 13).Select(step => Sketch.At(start + span * step / 12, Bottle.Opening))]);
        canvas.Line(depth, Sketch.Tint("#20202d"), .03f, .008f);

        for (var facet = 5 + (int)(span * 5); facet > 0; facet--)
        {
            var middle = Sketch.At(Angle(), Distance());
            using var plane = Sketch.Blob(random, middle, random.Between(.03f, .13f), .6f, random.Next(3, 6));
            var shade = random.NextSingle() < .5f ? "#101018" : "#8a8a96";
            canvas.Fill(plane, middle - Sketch.At(Angle(), .1f), middle + Sketch.At(Angle(), .1f),
                [Sketch.Tint(shade, clearness * random.Between(.1f, .6f)), Sketch.Tint(shade, 0)]);
        }

        // Ripples around the point that was hit, as conchoidal fractures have them.
        var hit = Sketch.At(Angle(), reach);
        for (var ripple = random.Next(3, 8); ripple > 0; ripple--)
        {
            using var arc = Sketch.Blob(random, hit, random.Between(.04f, .3f), .05f, 24);
            canvas.Line(arc, Sketch.Tint("#9a9aa4", clearness * random.Between(.05f, .3f)), random.Between(.003f, .008f));
        }

        for (var edge = 2 + (int)(span * 2); edge > 0; edge--)
        {
            var angle = Angle();
            using var crack = Sketch.Curve(Sketch.At(angle, Bottle.Opening), Sketch.At(angle + random.Around(.15f), .55f), Sketch.At(angle + random.Around(.3f), reach));
            canvas.Line(crack, Sketch.Tint("#c9c6c4", clearness * random.Between(.1f, .6f)), random.Between(.002f, .006f));
        }

        for (var dust = (int)(60 * span); dust > 0; dust--)
        {
            using var speck = Sketch.Blob(random, Sketch.At(Angle(), Distance()), random.Between(.001f, .003f), .3f, 5);
            canvas.Fill(speck, Sketch.Tint("#b0aca4", clearness * random.Between(.1f, .7f)));
        }

        if (clearness < .5f)
            return;
        for (var shards = random.Next(1, 2 + (int)span); shards > 0; shards--)
            Shards(canvas, random, Sketch.At(Angle(), random.Between(.47f, reach - .06f)), random.Between(.02f, .05f) * (.6f + clearness));
    }

    private static void Shards(SKCanvas canvas, Random random, SKPoint middle, float radius)
    {
        string[] colors = ["#ffffff", "#fff6d8", "#f4dfa0", "#c79a4a", "#5a452c", "#1c1a20", "#ffffff", "#e8e4da"];
        for (var shard = 70; shard > 0; shard--)
        {
            var place = middle + new SKPoint(random.Around(2.2f) * radius, random.Around(2.2f) * radius);
            using var splinter = Sketch.Blob(random, place, radius * random.Between(.08f, .5f), .7f, random.Next(3, 5));
            canvas.Fill(splinter, Sketch.Tint(colors[random.Next(colors.Length)], random.Between(.5f, 1)));
        }
    }
}
