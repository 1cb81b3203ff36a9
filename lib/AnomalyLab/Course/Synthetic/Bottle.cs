using System.Numerics;

namespace AnomalyLab.Course.Synthetic;

/// <summary>
/// One flawless bottle from above, before a backlight: dark glass with a soft outline, rings, orange strands and
/// glints on the rim, a grained ring below them, and the opening, through which one sees the dark bottom.
/// </summary>
/// <remarks>Places are counted from the picture's middle, in halves of its side; colours are 0..255 and may go beyond.</remarks>
internal sealed class Bottle
{
    /// <summary>The radius of the opening.</summary>
    public const float Opening = .435f;

    private const float Outline = .925f;
    private const int Shells = 64;
    private static readonly Vector3 Backlight = new(320);

    // The colour of the bare glass at equal steps from the axis to the outline.
    private static readonly Vector3[] Glass = Blend(2048,
    [
        (0, new(38, 38, 48)), (.30f, new(35, 35, 47)), (Opening - .02f, new(32, 32, 45)), (Opening, new(38, 36, 46)),
        (.455f, new(56, 58, 65)), (.468f, new(40, 43, 51)), (.52f, new(41, 44, 52)), (.56f, new(52, 58, 64)), (.60f, new(66, 70, 78)),
        (.625f, new(62, 63, 72)), (.66f, new(60, 60, 69)), (.72f, new(68, 68, 76)), (.755f, new(58, 59, 69)), (.80f, new(64, 65, 74)),
        (.832f, new(47, 49, 61)), (.852f, new(54, 58, 68)),
        (Outline, Backlight),
    ]);

    private readonly Vector2 axis;
    private readonly Vector2 lean;
    private readonly float size;
    private readonly ulong grain;
    private readonly float grainStrength;
    private readonly float seam;
    private readonly Vector2 glow;
    private readonly float glowSize;
    private readonly Vector3 glowColor;
    private readonly Streak[][] shells;

    /// <summary>Makes a bottle: where it stands, how it leans, how it is turned, how its rim glitters.</summary>
    public Bottle(Random random)
    {
        axis = new Vector2(.004f + random.Within(.014f), .005f + random.Within(.014f));
        lean = new Vector2(-.006f + random.Within(.018f), .012f + random.Within(.018f));
        size = 1 + random.Within(.007f);
        grain = Noise.Hash(random.Next());
        grainStrength = random.Between(20, 45);
        seam = random.NextSingle();
        glow = new Vector2(random.Within(.16f), random.Within(.16f));
        glowSize = random.Between(.12f, .3f);
        glowColor = new Vector3(8, 8, 7) * random.Between(.2f, 1.3f);

        var streaks = Rings(random).Concat(Strands(random)).Concat(Glints(random)).Concat(Seams(random)).ToArray();
        shells = [.. Enumerable.Range(0, Shells).Select(shell => streaks
            .Where(streak => streak.Inner * Shells < shell + 1 && streak.Outer * Shells > shell).ToArray())];
    }

    /// <summary>The middle of the opening.</summary>
    public Vector2 Mouth => axis + lean;

    /// <summary>The colour at a place.</summary>
    public Vector3 ColorAt(Vector2 place)
    {
        place -= axis;
        var distance = place.Length();
        if (distance > Outline * size)
            return Backlight;

        // The rim is nearer to the camera than the body, so a leaning bottle shows it off the body's middle.
        place -= lean * Noise.Smooth((.86f - distance) / .4f);
        distance = place.Length() / size;
        var turn = MathF.Atan2(place.Y, place.X) / MathF.Tau;
        if (turn < 0)
            turn += 1;

        var color = Glass[Math.Min((int)(distance / Outline * Glass.Length), Glass.Length - 1)];
        if (distance < Opening)
            color += glowColor * Noise.Smooth(1 - (place - glow).Length() / glowSize);
        else if (distance is > .46f and < .6f)
            color += GrainAt(turn, distance);

        var step = (int)(turn * Streak.Steps) & (Streak.Steps - 1);
        foreach (var streak in shells[Math.Min((int)(distance * Shells), Shells - 1)])
            color += streak.At(step, distance);
        return color;
    }

    private static Vector3[] Blend(int steps, (float Distance, Vector3 Color)[] knots) =>
    [
        .. Enumerable.Range(0, steps).Select(step =>
        {
            var distance = Outline * step / steps;
            var outer = Array.FindIndex(knots, knot => knot.Distance > distance);
            var (from, to) = (knots[outer - 1], knots[outer]);
            return Vector3.Lerp(from.Color, to.Color, Noise.Smooth((distance - from.Distance) / (to.Distance - from.Distance)));
        }),
    ];

    // A rough surface lit from above on the left: where it falls away from the light it is darker.
    private Vector3 GrainAt(float turn, float distance)
    {
        float Height(float along, float across) =>
            Noise.Plane(grain, along * 190, across * 60, 190) + .7f * Noise.Plane(grain + 1, along * 440, across * 140, 440);
        var slope = Height(turn, distance) - Height(turn + .0014f, distance + .0045f);
        var edge = Noise.Smooth((distance - .46f) / .02f) * Noise.Smooth((.6f - distance) / .06f);
        var toSeam = MathF.Abs(MathF.IEEERemainder(turn - seam, .5f));
        return new Vector3(.9f, 1.05f, 1) * (edge * (grainStrength * slope * (.3f + 1.2f * Noise.Plane(grain + 2, turn * 40, distance * 14, 40)) + 30 * Noise.Smooth(1 - toSeam / .004f)));
    }

    // Rings that every bottle has; the lamp makes them brighter in some directions than in others.
    private static IEnumerable<Streak> Rings(Random random)
    {
        foreach (var (radius, width, color, evenness, brightest) in new (float, float, Vector3, float, float)[]
        {
            (.792f, .036f, new(58, 52, 49), .6f, .25f), // the shoulder
            (.712f, .006f, new(55, 48, 52), .4f, .4f), (.688f, .032f, new(50, 20, 4), .4f, .9f), // the rim
            (.652f, .007f, new(46, 44, 48), .1f, .5f), (.640f, .016f, new(-30, -30, -28), .3f, .3f), (.624f, .005f, new(120, 120, 124), .05f, .3f), (.612f, .005f, new(34, 36, 40), .3f, .8f),
            (.585f, .034f, new(14, 24, 21), 0, .15f), // the sheen inside
            (.457f, .006f, new(52, 56, 60), .5f, .4f), (.446f, .005f, new(52, 22, 14), .3f, .2f), (.434f, .005f, new(38, 16, 10), .3f, .2f),
        })
        {
            var seed = Noise.Hash(random.Next());
            float strength = random.Between(.8f, 1.2f), shift = random.Within(.004f), wobble = random.Between(.001f, .004f);
            yield return new Streak(color, width,
                turn => radius + shift + wobble * (Noise.Around(seed, turn, 5) - .5f),
                turn => strength * (evenness + (1 - evenness) * (.7f * Toward(turn, brightest) + .5f * Noise.Around(seed + 1, turn, 9))));
        }
    }

    // Orange light caught in the rim: strands that wind, part and cross.
    private static IEnumerable<Streak> Strands(Random random)
    {
        var brightness = random.Between(.7f, 1.25f);
        for (var strand = 0; strand < 6; strand++)
        {
            var seed = Noise.Hash(random.Next());
            float middle = .688f + random.Within(.02f), bend = random.Between(.012f, .036f), strength = brightness * random.Between(.5f, 1.3f);
            yield return new Streak(new Vector3(80, 36, 11), random.Between(.003f, .013f),
                turn => middle + bend * (Noise.Around(seed, turn, 7) - .5f) + .004f * (Noise.Around(seed + 1, turn, 40) - .5f),
                turn => strength * Noise.Smooth(1.9f * Noise.Around(seed + 2, turn, 13) - .4f) * (.5f + .5f * Noise.Around(seed + 3, turn, 110) + .4f * Noise.Around(seed + 4, turn, 500)));
        }
    }

    // The lamp's reflections: two that every bottle has, and a few where its own glass happens to throw them.
    private static IEnumerable<Streak> Glints(Random random)
    {
        var yellow = new Vector3(250, 205, 95);
        var white = new Vector3(235, 250, 225);
        var places = new List<(float Turn, float Radius, float Length, float Strength, Vector3 Color)>
        {
            (.965f + random.Within(.03f), .672f, random.Between(.02f, .07f), random.Between(.2f, 1.3f), yellow),
            (.405f + random.Within(.02f), .668f, random.Between(.01f, .04f), random.Between(.2f, 1.4f), white),
            (.415f + random.Within(.02f), .612f, random.Between(.01f, .03f), random.Between(0, .7f), white),
        };
        for (var more = random.Next(7); more > 0; more--)
            places.Add((random.NextSingle(), random.Between(.665f, .705f), random.Between(.006f, .06f), random.Between(.2f, 1), Vector3.Lerp(yellow, white, random.NextSingle())));

        foreach (var place in places)
        {
            for (var line = 0; line < 4; line++)
            {
                var seed = Noise.Hash(random.Next());
                float radius = place.Radius + random.Within(.014f), middle = place.Turn + random.Within(.012f), slope = random.Within(.3f);
                yield return new Streak(place.Color, random.Between(.003f, .008f),
                    turn => radius + slope * MathF.IEEERemainder(turn - middle, 1) * Noise.Smooth(2 - 10 * MathF.Abs(MathF.IEEERemainder(turn - middle, 1))),
                    turn => place.Strength * Noise.Smooth(1 - MathF.Abs(MathF.IEEERemainder(turn - middle, 1)) / place.Length)
                        * Noise.Smooth(2.4f * Noise.Around(seed, turn, 300) - .8f));
            }
        }
    }

    // Fine bright lines that run askew across the rim, where the mould's parts met.
    private static IEnumerable<Streak> Seams(Random random)
    {
        for (var line = random.Next(2, 6); line > 0; line--)
        {
            float start = random.NextSingle(), length = random.Between(.02f, .12f), from = random.Between(.62f, .72f), fall = random.Within(.08f), strength = random.Between(.3f, 1);
            float Along(float turn) => (turn - start + 1) % 1 / length;
            yield return new Streak(new Vector3(75, 75, 80), .004f,
                turn => from + fall * Math.Min(Along(turn), 1),
                turn => Along(turn) < 1 ? strength * Noise.Smooth(6 * Along(turn)) * Noise.Smooth(6 - 6 * Along(turn)) : 0);
        }
    }

    private static float Toward(float turn, float light) => MathF.Pow(.5f + .5f * MathF.Cos(MathF.Tau * (turn - light)), 2);
}
