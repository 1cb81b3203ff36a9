using static TorchSharp.torch;

namespace AnomalyLab.Data;

/// <summary>A square RGB image in managed memory, for work on single pixels, at which tensors are slow.</summary>
/// <param name="side">Height and width in pixels.</param>
/// <param name="values">side × side × 3 numbers, row by row, RGB, about 0..1.</param>
internal sealed class Raster(int side, float[] values)
{
    public int Side => side;

    public float[] Values => values;

    /// <summary>Images [N, 3, side, side] as rasters.</summary>
    public static Raster[] From(Tensor images)
    {
        using var scope = NewDisposeScope();
        var side = (int)images.shape[^1];
        var all = images.to(float32).cpu().permute(0, 2, 3, 1).contiguous().data<float>().ToArray();
        return [.. all.Chunk(side * side * 3).Select(values => new Raster(side, values))];
    }

    /// <summary>Rasters as images [N, 3, side, side], stored channels-last. The caller owns them.</summary>
    public static Tensor ToTensor(IReadOnlyList<Raster> rasters)
    {
        using var scope = NewDisposeScope();
        var side = rasters[0].Side;
        var all = new float[rasters.Count * side * side * 3];
        for (var i = 0; i < rasters.Count; i++)
            rasters[i].Values.CopyTo(all, i * side * side * 3);
        return tensor(all, [rasters.Count, side, side, 3]).permute(0, 3, 1, 2).MoveToOuterDisposeScope();
    }

    /// <summary>The colour at a place between pixels, bilinear; outside of the image, its border is repeated.</summary>
    /// <param name="x">Column; 0 is the first pixel's centre.</param>
    /// <param name="y">Row.</param>
    /// <param name="rgb">Gets three values.</param>
    public void Sample(float x, float y, Span<float> rgb)
    {
        x = Math.Clamp(x, 0, side - 1);
        y = Math.Clamp(y, 0, side - 1);
        int left = Math.Min((int)x, side - 2), top = Math.Min((int)y, side - 2);
        float right = x - left, down = y - top;
        var at = (top * side + left) * 3;
        var below = at + side * 3;
        for (var c = 0; c < 3; c++)
        {
            var upper = values[at + c] + (values[at + 3 + c] - values[at + c]) * right;
            var lower = values[below + c] + (values[below + 3 + c] - values[below + c]) * right;
            rgb[c] = upper + (lower - upper) * down;
        }
    }

    /// <summary>The image shifted, and turned about its centre.</summary>
    /// <param name="right">Pixels to the right.</param>
    /// <param name="down">Pixels down.</param>
    /// <param name="angle">Radians, clockwise.</param>
    public Raster Moved(float right, float down, float angle = 0)
    {
        var moved = new float[values.Length];
        var middle = (side - 1) / 2f;
        var (sin, cos) = MathF.SinCos(angle);
        for (var y = 0; y < side; y++)
        {
            for (var x = 0; x < side; x++)
            {
                float u = x - middle - right, v = y - middle - down;
                Sample(middle + cos * u + sin * v, middle - sin * u + cos * v, moved.AsSpan((y * side + x) * 3, 3));
            }
        }
        return new Raster(side, moved);
    }

    /// <summary>A function applied to each value, clipped to 0..1.</summary>
    public Raster Changed(Func<float, float> change)
    {
        var changed = new float[values.Length];
        for (var i = 0; i < values.Length; i++)
            changed[i] = Math.Clamp(change(values[i]), 0, 1);
        return new Raster(side, changed);
    }

    /// <summary>The means of squares of <paramref name="factor"/> × <paramref name="factor"/> pixels.</summary>
    public Raster Reduced(int factor)
    {
        var small = side / factor;
        var means = new float[small * small * 3];
        for (var y = 0; y < small * factor; y++)
        {
            for (var x = 0; x < small * factor; x++)
            {
                for (var c = 0; c < 3; c++)
                    means[(y / factor * small + x / factor) * 3 + c] += values[(y * side + x) * 3 + c] / (factor * factor);
            }
        }
        return new Raster(small, means);
    }
}
