using AnomalyLab.Data;

namespace AnomalyLab.Training.Painting;

/// <summary>
/// Paints defects onto good images: a shape, filled with something that is not there on good bottles. A network that has to
/// find them learns what good looks like without ever seeing a real defect.
/// </summary>
/// <param name="goods">Good images, to take colours and pieces from.</param>
/// <param name="spread">The standard deviation of good images at each pixel, [side × side], to tell what shows.</param>
/// <remarks>
/// The idea: Li, Sohn, Yoon, Pfister, "CutPaste", CVPR 2021; Zavrtanik, Kristan, Skočaj, "DRÆM", ICCV 2021. Shapes that
/// reach over much of the bottle and fillings that hardly differ from it are there because a network that only ever saw small,
/// loud defects marks no more than the edges of a large one.
/// </remarks>
internal sealed class DefectPainter(IReadOnlyList<Raster> goods, float[] spread)
{
    private readonly int side = goods[0].Side;
    private readonly Shapes shapes = new(goods[0].Side);
    private readonly Fillings fillings = new(goods);

    /// <summary>Paints one to three defects.</summary>
    /// <param name="random">Decides everything.</param>
    /// <param name="image">The good image; it stays as it is.</param>
    public PaintedImage Paint(Random random, Raster image)
    {
        var mask = new bool[side * side];
        for (var defects = random.Choose((1, 0.7), (2, 0.2), (3, 0.1)); defects > 0; defects--)
        {
            if (One(random, image) is not { } painted)
                continue;
            image = painted.Image;
            for (var i = 0; i < mask.Length; i++)
                mask[i] |= painted.Mask[i];
        }
        return new PaintedImage(image, mask);
    }

    private PaintedImage? One(Random random, Raster image)
    {
        var shape = shapes.Draw(random);
        if (shape.Count(inside => inside) < 4)
            return null;
        var filling = fillings.Draw(random, image);
        var opacity = Opacity(random, shape);

        var painted = new float[image.Values.Length];
        for (var i = 0; i < painted.Length; i++)
            painted[i] = image.Values[i] + (filling.Values[i] - image.Values[i]) * opacity[i / 3];
        if (random.Happens(0.25))
            Glints(random, painted, opacity);

        var result = new Raster(side, painted).Changed((value, _) => value);
        bool[] mask = [.. opacity.Select(o => o > 0)];
        return Shows(image, result, mask) ? new PaintedImage(result, mask) : null;
    }

    /// <summary>How much of the filling covers each pixel, 0..1: 0 outside of the shape, rising softly or at once inside.</summary>
    private float[] Opacity(Random random, bool[] shape)
    {
        var opacity = new float[shape.Length];
        for (var i = 0; i < opacity.Length; i++)
            opacity[i] = shape[i] ? 1 : 0;
        if (random.Choose((0f, 0.3), (0.6f, 0.35), (1.2f, 0.25), (2.5f, 0.1)) * side / 128 is > 0 and var softness)
            opacity = [.. Bell.Blur(opacity, side, channels: 1, softness).Select(blurred => Math.Max(0, 2 * blurred - 1))];
        var strength = random.Happens(0.5) ? 1 : random.Between(0.1f, 1);
        var clouds = random.Happens(0.25) ? SmoothNoise.Layered(random, side, random.Next(3, 12)) : null;
        for (var i = 0; i < opacity.Length; i++)
            opacity[i] *= strength * (clouds is null ? 1 : Math.Clamp(0.6f + 0.4f * clouds[i], 0.15f, 1));
        return opacity;
    }

    /// <summary>Some short bright lines, as on broken glass.</summary>
    private void Glints(Random random, float[] image, float[] opacity)
    {
        var inside = Enumerable.Range(0, opacity.Length).Where(i => opacity[i] > 0).ToArray();
        if (inside.Length == 0)
            return;
        var light = new float[opacity.Length];
        for (var glint = random.Next(1, 12); glint > 0; glint--)
        {
            var start = inside[random.Next(inside.Length)];
            var (length, angle) = (random.Between(0, 6) * side / 128, random.Angle());
            for (var step = 0f; step <= length; step += 0.5f)
            {
                var (x, y) = ((int)(start % side + step * MathF.Cos(angle)), (int)(start / side + step * MathF.Sin(angle)));
                if (x >= 0 && x < side && y >= 0 && y < side)
                    light[y * side + x] = 1;
            }
        }
        light = Bell.Blur(light, side, channels: 1, 0.6f);
        float[] color = [.. Enumerable.Range(0, 3).Select(_ => random.Between(0.6f, 1) * random.Between(0.5f, 1.2f))];
        for (var i = 0; i < image.Length; i++)
            image[i] += light[i / 3] * color[i % 3] * (opacity[i / 3] > 0 ? 1 : 0);
    }

    /// <summary>Whether at least a quarter of the masked pixels differ by more than good images do.</summary>
    private bool Shows(Raster before, Raster after, bool[] mask)
    {
        var (area, visible) = (0, 0);
        for (var i = 0; i < mask.Length; i++)
        {
            if (!mask[i])
                continue;
            area++;
            var difference = 0f;
            for (var c = 0; c < 3; c++)
                difference += Math.Abs(after.Values[3 * i + c] - before.Values[3 * i + c]) / 3;
            if (difference > 1.5f * (spread[i] + 0.006f))
                visible++;
        }
        return area > 0 && visible >= 0.25 * area;
    }
}
