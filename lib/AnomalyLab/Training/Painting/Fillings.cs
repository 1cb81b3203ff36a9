using AnomalyLab.Data;

namespace AnomalyLab.Training.Painting;

/// <summary>Draws what a defect looks like inside: matter of every sort, none made after a known defect.</summary>
/// <param name="goods">Good images, to take colours and pieces from.</param>
internal sealed class Fillings(IReadOnlyList<Raster> goods)
{
    /// <summary>A whole image, of which a shape will be cut out.</summary>
    /// <param name="random">Decides everything.</param>
    /// <param name="image">The image that the defect will be in.</param>
    public Raster Draw(Random random, Raster image)
    {
        var filling = random.Choose<Func<Random, Raster, Raster>>(
            (Plain, 0.22), (Elsewhere, 0.2), (OutOfFocus, 0.1), (OtherLight, 0.15), (Mixture, 0.15), (Distorted, 0.1), (Facets, 0.08));
        return filling(random, image);
    }

    // One colour, with a gradient and some grain.
    private Raster Plain(Random random, Raster image)
    {
        var color = Color(random, image);
        var (direction, slope, grain) = (random.Angle(), random.Between(0, 0.3f), random.Between(0, 0.08f));
        var noise = SmoothNoise.Layered(random, image.Side, random.Next(2, 40));
        return Each(image.Side, (pixel, x, y, channel) =>
            color[channel] + slope * (x * MathF.Cos(direction) + y * MathF.Sin(direction)) + grain * noise[pixel]);
    }

    // Another place of another good image.
    private Raster Elsewhere(Random random, Raster image)
    {
        var other = goods[random.Next(goods.Count)];
        var moved = other.Moved(random.Between(-0.4f, 0.4f) * other.Side, random.Between(-0.4f, 0.4f) * other.Side,
            random.Angle(), MathF.Exp(random.Between(-0.6f, 0.6f)));
        var (gain, offset) = (random.Between(0.6f, 1.5f), random.Between(-0.05f, 0.1f));
        return moved.Changed((value, _) => value * gain + offset);
    }

    private static Raster OutOfFocus(Random random, Raster image)
    {
        var gain = random.Between(0.8f, 1.2f);
        return image.Blurred(random.Between(1.5f, 8) * image.Side / 128).Changed((value, _) => value * gain);
    }

    private static Raster OtherLight(Random random, Raster image)
    {
        var (gamma, tint, brightness) = (MathF.Exp(random.Between(-0.7f, 0.7f)), random.Happens(0.5) ? 0.05f : 0.25f, random.Between(-0.8f, 0.8f));
        float[] gain = [.. Enumerable.Range(0, 3).Select(_ => MathF.Exp(random.Normal(tint) + brightness))];
        var offset = random.Between(-0.05f, 0.15f);
        return image.Changed((value, channel) => MathF.Pow(value, gamma) * gain[channel] + offset);
    }

    // Two colours that change place, softly or hard, coarse or fine.
    private Raster Mixture(Random random, Raster image)
    {
        var (one, other) = (Color(random, image), Color(random, image));
        var hardness = random.Choose((1f, 1), (3f, 1), (10f, 1));
        var noise = SmoothNoise.Layered(random, image.Side, random.Next(4, 64));
        for (var i = 0; i < noise.Length; i++)
            noise[i] = 1 / (1 + MathF.Exp(-noise[i] * hardness));
        return Each(image.Side, (pixel, _, _, channel) => other[channel] + (one[channel] - other[channel]) * noise[pixel]);
    }

    // The image itself, as if seen through bad glass.
    private static Raster Distorted(Random random, Raster image)
    {
        var (right, down) = (SmoothNoise.One(random, image.Side, random.Next(3, 10)), SmoothNoise.One(random, image.Side, random.Next(3, 10)));
        var (strength, offset) = (random.Between(0.02f, 0.12f) * image.Side, random.Between(-0.05f, 0.1f));
        var distorted = new float[image.Values.Length];
        for (var i = 0; i < right.Length; i++)
            image.Sample(i % image.Side + strength * right[i], i / image.Side + strength * down[i], distorted.AsSpan(3 * i, 3));
        return new Raster(image.Side, distorted).Changed((value, _) => value + offset);
    }

    // Flat pieces, each of its own colour: every pixel takes that of the nearest of some points.
    private Raster Facets(Random random, Raster image)
    {
        var facets = Enumerable.Range(0, random.Next(6, 30)).Select(_ => (X: random.Between(-1, 1), Y: random.Between(-1, 1), Color: Color(random, image))).ToArray();
        var nearest = facets[0];
        return Each(image.Side, (_, x, y, channel) =>
        {
            if (channel == 0)
            {
                var least = float.PositiveInfinity;
                foreach (var facet in facets)
                {
                    var distance = (x - facet.X) * (x - facet.X) + (y - facet.Y) * (y - facet.Y);
                    if (distance < least)
                        (least, nearest) = (distance, facet);
                }
            }
            return nearest.Color[channel];
        });
    }

    // Half of the time a colour of the images, lighter or darker; else any.
    private float[] Color(Random random, Raster image)
    {
        if (random.Happens(0.5))
        {
            var from = random.Happens(0.5) ? image : goods[random.Next(goods.Count)];
            var pixel = from.Side * random.Next(from.Side / 5, from.Side * 4 / 5) + random.Next(from.Side / 5, from.Side * 4 / 5);
            var (gain, offset) = (random.Between(0.5f, 2), random.Between(-0.05f, 0.15f));
            return [.. from.Values.AsSpan(3 * pixel, 3).ToArray().Select(value => Math.Clamp(value * gain + offset, 0, 1))];
        }
        var brightness = MathF.Pow(random.NextSingle(), 1.5f);
        var tint = random.Choose((0.02f, 1), (0.1f, 1), (0.25f, 1));
        return [.. Enumerable.Range(0, 3).Select(_ => Math.Clamp(brightness + random.Normal(tint), 0, 1))];
    }

    private static Raster Each(int side, Func<int, float, float, int, float> value)
    {
        var values = new float[side * side * 3];
        for (var i = 0; i < values.Length; i++)
        {
            var (y, x) = Math.DivRem(i / 3, side);
            values[i] = Math.Clamp(value(i / 3, (x + 0.5f) / (side / 2f) - 1, (y + 0.5f) / (side / 2f) - 1, i % 3), 0, 1);
        }
        return new Raster(side, values);
    }
}
