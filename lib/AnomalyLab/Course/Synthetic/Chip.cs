using SkiaSharp;

namespace AnomalyLab.Course.Synthetic;

/// <summary>A piece broken out of the mouth: the dull planes of the fracture, cracks, splinters, and shards that glitter in the light.</summary>
internal sealed class Chip
{
    private readonly SKCanvas canvas;
    private readonly Random random;
    private readonly float start;
    private readonly float span;
    private readonly float reach;
    private readonly float clearness;

    private Chip(SKCanvas canvas, Random random, float span, float reach)
    {
        this.canvas = canvas;
        this.random = random;
        this.span = span;
        this.reach = reach;
        start = random.Between(0, MathF.Tau);
        clearness = random.Between(.25f, 1); // from nearly invisible to obvious
    }

    /// <summary>Draws it.</summary>
    /// <param name="canvas">In units of half the picture's side, around the middle of the opening.</param>
    /// <param name="random">Where it is and what it looks like.</param>
    /// <param name="span">How much of the mouth is gone, in radians.</param>
    /// <param name="reach">How far out the fracture goes.</param>
    public static void Draw(SKCanvas canvas, Random random, float span, float reach)
    {
        var chip = new Chip(canvas, random, span, reach);
        using var outline = chip.Outline();
        canvas.Save();
        canvas.ClipPath(outline, antialias: true);
        canvas.DrawColor(Sketch.Tint("#30303a", .5f + .5f * chip.clearness));
        chip.Planes();
        chip.Cracks();
        chip.Dust();
        chip.Shards();
        canvas.Restore();
    }

    private SKPath Outline()
    {
        var corners = Math.Max(7, (int)(span * 12));
        var outer = Enumerable.Range(0, corners + 1).Select(corner =>
        {
            var part = (float)corner / corners;
            var bulge = MathF.Pow(MathF.Sin(MathF.PI * Math.Clamp(part, .03f, .97f)), .3f);
            return Sketch.At(start + span * (part + random.Within(.3f) / corners), .45f + (reach - .45f) * bulge * random.Between(.86f, 1));
        });
        var inner = Enumerable.Range(0, corners + 1).Select(corner =>
            Sketch.At(start + span * (1 - (float)corner / corners), Bottle.Opening - random.Between(-.004f, .014f)));
        return Sketch.Polygon(outer.Concat(inner));
    }

    private void Planes()
    {
        for (var plane = 4 + (int)(span * 5); plane > 0; plane--)
        {
            float from = Angle(), width = random.Between(.08f, .5f);
            using var shape = Sketch.Polygon(
                Sketch.At(from, random.Between(.42f, .5f)), Sketch.At(from + width * random.NextSingle(), random.Between(.42f, .52f)),
                Sketch.At(from + width, random.Between(.55f, .78f)), Sketch.At(from + width * random.Between(-.5f, .5f), random.Between(.6f, .78f)));
            var shade = random.NextSingle() < .55f ? "#12121a" : "#9c9ca8";
            var strength = clearness * random.Between(.15f, .9f);
            canvas.Fill(shape, Sketch.At(from, .45f), Sketch.At(from + random.Between(-.4f, .6f), .7f),
                [Sketch.Tint(shade, strength), Sketch.Tint(shade, strength * random.Between(0, .5f))]);
        }

        // Where the mouth is gone, one looks a little further down.
        using var depth = Sketch.Curve([.. Enumerable.Range(0, 13).Select(step => Sketch.At(start + span * step / 12, Bottle.Opening))]);
        canvas.Line(depth, Sketch.Tint("#20202d"), random.Between(.01f, .06f), .01f);
    }

    private void Cracks()
    {
        for (var crack = 2 + (int)(span * 3); crack > 0; crack--)
        {
            var angle = Angle();
            using var line = Sketch.Curve(Sketch.At(angle, Bottle.Opening), Sketch.At(angle + random.Within(.15f), .55f), Sketch.At(angle + random.Within(.4f), reach));
            canvas.Line(line, Sketch.Tint("#c9c6c4", clearness * random.Between(.05f, .7f)), random.Between(.001f, .007f));
        }
    }

    private void Dust()
    {
        for (var grain = (int)(90 * span); grain > 0; grain--)
        {
            using var speck = Sketch.Blob(random, Sketch.At(Angle(), Distance()), random.Between(.0008f, .003f), .3f, 5);
            canvas.Fill(speck, Sketch.Tint("#b0aca4", clearness * random.Between(.1f, .7f)));
        }
    }

    // Crumbled glass that throws the lamp back: white in the middle, golden around, with dark slits.
    private void Shards()
    {
        string[] colors = ["#ffffff", "#ffffff", "#fff6d8", "#f4dfa0", "#c79a4a", "#6d5636", "#1c1a1e", "#e8e4da"];
        for (var heap = clearness < .4f ? 0 : random.Next(1, 2 + (int)(span * .9f)); heap > 0; heap--)
        {
            var middle = Sketch.At(Angle(), random.Between(.48f, reach - .06f));
            var radius = random.Between(.05f, .1f) * (.5f + clearness);
            var grain = Angle();
            using var outline = Sketch.Blob(random, middle, radius, .3f, 19);
            canvas.Save();
            canvas.ClipPath(outline, antialias: true);
            canvas.DrawColor(Sketch.Tint(random.NextSingle() < .6f ? "#9b8458" : "#6a6660", .8f));
            for (var splinter = 150; splinter > 0; splinter--)
            {
                var place = middle + Sketch.At(random.Between(0, MathF.Tau), radius * random.Between(0, 1.4f));
                var tip = Sketch.At(grain + random.Within(1.2f), radius * random.Between(.1f, .5f));
                using var flake = Sketch.Polygon(place, place + tip, place + tip + Sketch.At(random.Between(0, MathF.Tau), radius * .12f), place + Sketch.At(random.Between(0, MathF.Tau), radius * .16f));
                canvas.Fill(flake, Sketch.Tint(colors[random.Next(colors.Length)], random.Between(.5f, 1)));
            }
            using var core = Sketch.Blob(random, middle + Sketch.At(Angle(), radius * .4f), radius * random.Between(.2f, .5f), .6f, 9);
            canvas.Fill(core, Sketch.Tint("#fffdf0", clearness), radius * .04f);
            canvas.Restore();
        }
    }

    private float Angle() => start + span * random.NextSingle();

    private float Distance() => random.Between(Bottle.Opening, reach);
}
