namespace AnomalyLab.Course;

/// <summary>How many synthetic bottles to draw, how large, and which. The counts are those of MVTec AD's bottle.</summary>
public sealed record SyntheticOptions
{
    /// <summary>Good bottles in <c>train/good</c>.</summary>
    public int TrainGood { get; init; } = 209;

    /// <summary>Good bottles in <c>test/good</c>.</summary>
    public int TestGood { get; init; } = 20;

    /// <summary>Bottles in <c>test/broken_large</c>, each with its mask.</summary>
    public int BrokenLarge { get; init; } = 20;

    /// <summary>Bottles in <c>test/broken_small</c>, each with its mask.</summary>
    public int BrokenSmall { get; init; } = 22;

    /// <summary>Bottles in <c>test/contamination</c>, each with its mask.</summary>
    public int Contamination { get; init; } = 21;

    /// <summary>Width and height of a picture in pixels, at least 32.</summary>
    public int Size { get; init; } = 900;

    /// <summary>Another seed, other bottles.</summary>
    public int Seed { get; init; }
}
