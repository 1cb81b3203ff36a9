using System.Numerics;

namespace AnomalyLab.Course.Synthetic;

/// <summary>Light that runs along the glass around the opening: a ring, an orange strand, a seam, a glint.</summary>
internal sealed class Streak
{
    /// <summary>In how many steps a turn is cut: finer than the pixels on the rim of a 900×900 picture.</summary>
    public const int Steps = 4096;

    private readonly float[] radius = new float[Steps];
    private readonly float[] light = new float[Steps];
    private readonly float width;
    private readonly Vector3 color;

    /// <summary>Lays the streak out.</summary>
    /// <param name="color">Light that it adds where it is brightest, 0..255.</param>
    /// <param name="width">From its middle to where it ends, in halves of the picture's side.</param>
    /// <param name="radius">Its distance from the axis at an angle in turns, in halves of the picture's side.</param>
    /// <param name="light">Its strength at an angle in turns.</param>
    public Streak(Vector3 color, float width, Func<float, float> radius, Func<float, float> light)
    {
        this.color = color;
        this.width = width;
        for (var step = 0; step < Steps; step++)
        {
            this.radius[step] = radius((float)step / Steps);
            this.light[step] = light((float)step / Steps);
        }
        Inner = this.radius.Min() - width;
        Outer = this.radius.Max() + width;
    }

    /// <summary>The smallest distance from the axis that it reaches.</summary>
    public float Inner { get; }

    /// <summary>The largest distance from the axis that it reaches.</summary>
    public float Outer { get; }

    /// <summary>The light it adds at a place.</summary>
    public Vector3 At(int step, float distance)
    {
        var off = (distance - radius[step]) / width;
        var near = 1 - off * off;
        return near <= 0 ? default : color * (light[step] * near * near);
    }
}
