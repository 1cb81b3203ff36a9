namespace AnomalyLab.Training.Painting;

/// <summary>Draws where a defect is: shapes of every sort and size, none made after a known defect.</summary>
/// <param name="side">Height and width of the masks in pixels.</param>
internal sealed class Shapes(int side)
{
    /// <summary>Nothing is painted further out than this, in units of half the side: the object, without the background around it.</summary>
    private const float Edge = 0.9f;

    /// <summary>One shape.</summary>
    /// <param name="random">Decides everything.</param>
    /// <returns>side × side values, true inside; possibly nowhere.</returns>
    public bool[] Draw(Random random)
    {
        var shape = random.Choose<Func<Random, bool[]>>((Blob, 0.25), (Star, 0.2), (RingSector, 0.2), (Polygon, 0.12), (Scratch, 0.1), (Clouds, 0.13));
        var mask = shape(random);
        for (var i = 0; i < mask.Length; i++)
        {
            var (x, y) = Coordinates(i);
            mask[i] &= x * x + y * y < Edge * Edge;
        }
        return mask;
    }

    // One piece with a ragged outline.
    private bool[] Blob(Random random)
    {
        var (cx, cy) = random.Place();
        var size = 0.06f + 0.6f * MathF.Pow(random.NextSingle(), 1.7f);
        var noise = SmoothNoise.Layered(random, side, random.Next(3, 10));
        var raggedness = random.Between(0.2f, 0.6f);
        return Where((i, x, y) => 1.2f * (1 - Distance(x - cx, y - cy) / size) + raggedness * noise[i] > 0.3f);
    }

    // One piece with a wavy outline.
    private bool[] Star(Random random)
    {
        var (cx, cy) = random.Place();
        var size = 0.04f + 0.45f * MathF.Pow(random.NextSingle(), 1.6f);
        var waves = Enumerable.Range(1, random.Next(1, 8)).Select(n => (n, Height: random.Normal(0.35f) / MathF.Pow(n, 0.8f), Start: random.Angle())).ToArray();
        var outline = Around(angle => size * Math.Clamp(1 + waves.Sum(w => w.Height * MathF.Cos(w.n * angle + w.Start)), 0.15f, 3));
        return Where((_, x, y) => Distance(x - cx, y - cy) < outline(x - cx, y - cy));
    }

    // A piece of a ring around the middle, tapering to both ends, with jagged edges.
    private bool[] RingSector(Random random)
    {
        float inner = random.Between(0.1f, 0.75f), width = random.Between(0.05f, 0.45f), steepness = random.Between(1, 4);
        float start = random.Angle(), span = 0.15f + 4.5f * MathF.Pow(random.NextSingle(), 2.2f);
        var taperInwards = random.Happens(0.5);
        var bulge = Around(angle =>
        {
            var fromStart = (angle - start + 2 * MathF.Tau) % MathF.Tau;
            var fromEnd = Math.Min(fromStart, span - fromStart) / (span / 2);
            return fromEnd <= 0 ? -1 : MathF.Sqrt(Math.Min(fromEnd * steepness, 1));
        });
        var noise = SmoothNoise.Layered(random, side, random.Next(4, 14));
        var jaggedness = random.Between(0, 0.08f);
        return Where((i, x, y) =>
        {
            var height = bulge(x, y) * width;
            var distance = Distance(x, y) + jaggedness * noise[i];
            return height > 0 && (taperInwards
                ? distance > inner + width - height && distance < inner + width
                : distance > inner && distance < inner + height);
        });
    }

    private bool[] Polygon(Random random)
    {
        var (cx, cy) = random.Place();
        var size = 0.06f + 0.5f * MathF.Pow(random.NextSingle(), 1.6f);
        var corners = Enumerable.Range(0, random.Next(3, 10)).Select(_ => random.Angle()).Order()
            .Select(angle => (Angle: angle, Radius: size * random.Between(0.4f, 1)))
            .Select(c => (X: cx + c.Radius * MathF.Cos(c.Angle), Y: cy + c.Radius * MathF.Sin(c.Angle))).ToArray();
        return Where((_, x, y) =>
        {
            var inside = false;
            for (int a = 0, b = corners.Length - 1; a < corners.Length; b = a++)
            {
                var (p, q) = (corners[a], corners[b]);
                if (p.Y > y != q.Y > y && x < p.X + (q.X - p.X) * (y - p.Y) / (q.Y - p.Y))
                    inside = !inside;
            }
            return inside;
        });
    }

    // A bent line.
    private bool[] Scratch(Random random)
    {
        var (x0, y0) = random.Place();
        var direction = random.Angle();
        var points = new List<(float X, float Y)> { (x0, y0) };
        for (var piece = random.Next(2, 6); piece > 0; piece--)
        {
            direction += random.Normal(0.6f);
            var length = random.Between(0.05f, 0.3f);
            points.Add((points[^1].X + length * MathF.Cos(direction), points[^1].Y + length * MathF.Sin(direction)));
        }
        var half = random.Between(0.008f, 0.05f);
        var pieces = points.Zip(points.Skip(1)).ToArray();
        return Where((_, x, y) =>
        {
            foreach (var (a, b) in pieces)
            {
                float u = b.X - a.X, v = b.Y - a.Y;
                var along = Math.Clamp(((x - a.X) * u + (y - a.Y) * v) / (u * u + v * v), 0, 1);
                if (Distance(x - a.X - along * u, y - a.Y - along * v) < half)
                    return true;
            }
            return false;
        });
    }

    // Several pieces anywhere.
    private bool[] Clouds(Random random)
    {
        var noise = SmoothNoise.Layered(random, side, random.Next(2, 7));
        var threshold = noise.Order().ElementAt((int)(random.Between(0.6f, 0.97f) * (noise.Length - 1)));
        return Where((i, _, _) => noise[i] > threshold);
    }

    private bool[] Where(Func<int, float, float, bool> inside)
    {
        var mask = new bool[side * side];
        for (var i = 0; i < mask.Length; i++)
        {
            var (x, y) = Coordinates(i);
            mask[i] = inside(i, x, y);
        }
        return mask;
    }

    private (float X, float Y) Coordinates(int pixel) =>
        ((pixel % side + 0.5f) / (side / 2f) - 1, (pixel / side + 0.5f) / (side / 2f) - 1);

    // A function of the direction, worked out once for each of 720 directions.
    private static Func<float, float, float> Around(Func<float, float> ofAngle)
    {
        var values = Enumerable.Range(0, 720).Select(i => ofAngle(i * MathF.Tau / 720)).ToArray();
        return (x, y) => values[(int)((MathF.Atan2(y, x) / MathF.Tau + 1) * 720) % 720];
    }

    private static float Distance(float x, float y) => MathF.Sqrt(x * x + y * y);
}
