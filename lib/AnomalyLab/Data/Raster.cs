using System.Runtime.InteropServices;
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
        var rows = Rows(images);
        return [.. Enumerable.Range(0, (int)images.shape[0]).Select(i => At(rows, i))];
    }

    /// <summary>Changes each image, on all processors. Only a few of them are in managed memory at a time.</summary>
    /// <param name="images">[N, 3, side, side]; they stay the caller's.</param>
    /// <param name="change">Takes an image's number and the image, on any thread, and returns one of the same size.</param>
    /// <returns>The same shape, stored channels-last. The caller owns it.</returns>
    public static Tensor Each(Tensor images, Func<int, Raster, Raster> change)
    {
        using var scope = NewDisposeScope();
        var rows = Rows(images);
        var changed = empty_like(rows);
        Parallel.For(0, (int)images.shape[0], i =>
        {
            using var place = changed.select(0, i);
            change(i, At(rows, i)).Values.CopyTo(MemoryMarshal.Cast<byte, float>(place.bytes));
        });
        return changed.permute(0, 3, 1, 2).MoveToOuterDisposeScope();
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

    /// <summary>[N, 3, side, side] as [N, side, side, 3].</summary>
    private static Tensor Rows(Tensor images) => images.to(float32).cpu().permute(0, 2, 3, 1).contiguous();

    private static Raster At(Tensor rows, int i)
    {
        using var image = rows.select(0, i);
        return new Raster((int)rows.shape[1], MemoryMarshal.Cast<byte, float>(image.bytes).ToArray());
    }
}
