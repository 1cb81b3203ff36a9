namespace AnomalyLab.Training.Painting;

/// <summary>Random numbers as painting needs them.</summary>
internal static class Chance
{
    /// <summary>A number between two others, evenly spread.</summary>
    public static float Between(this Random random, float low, float high) => low + (high - low) * random.NextSingle();

    /// <summary>A number from the normal distribution with mean 0.</summary>
    public static float Normal(this Random random, float deviation = 1) =>
        deviation * MathF.Sqrt(-2 * MathF.Log(1 - random.NextSingle())) * MathF.Cos(MathF.Tau * random.NextSingle());

    /// <summary>Whether something happens that happens with this probability.</summary>
    public static bool Happens(this Random random, double probability) => random.NextDouble() < probability;

    /// <summary>One of the choices, each as likely as its weight says.</summary>
    public static T Choose<T>(this Random random, params ReadOnlySpan<(T Choice, double Weight)> choices)
    {
        var left = 0.0;
        foreach (var (_, weight) in choices)
            left += weight;
        left *= random.NextDouble();
        foreach (var (choice, weight) in choices)
        {
            left -= weight;
            if (left < 0)
                return choice;
        }
        return choices[^1].Choice;
    }

    /// <summary>A direction, in radians.</summary>
    public static float Angle(this Random random) => random.Between(0, MathF.Tau);

    /// <summary>A place on the object, the disc around the middle, in units of half the image's side.</summary>
    public static (float X, float Y) Place(this Random random)
    {
        var (angle, distance) = (random.Angle(), 0.85f * MathF.Sqrt(random.NextSingle()));
        return (distance * MathF.Cos(angle), distance * MathF.Sin(angle));
    }
}
