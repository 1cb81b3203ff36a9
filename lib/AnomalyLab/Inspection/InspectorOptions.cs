using AnomalyLab.Display;

namespace AnomalyLab.Inspection;

/// <summary>How to learn from good pictures.</summary>
public sealed record InspectorOptions
{
    private const int SmallestSize = 32, LargestSize = 2048;
    private const int LargestForPadim = 512; // its covariances take 655 MB there

    /// <summary>How pictures are compared.</summary>
    public DetectionMethod Method { get; init; } = DetectionMethod.PatchCore;

    /// <summary>Pictures are scaled, in their own proportions, to the area of a square of so many pixels a side: 32 to 2,048, with PaDiM to 512.</summary>
    public int Size { get; init; } = 256;

    /// <summary>The share of good pictures that may be called defective, more than 0 and less than 1.</summary>
    public double FalseAlarmRate { get; init; } = 0.05;

    /// <summary>Decides which pictures choose the threshold, and which patches and features are drawn.</summary>
    public int Seed { get; init; }

    /// <summary>Throws for the first option that is out of its range, with a sentence that names it.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public void Validate()
    {
        if (Size is < SmallestSize or > LargestSize)
            throw new ArgumentOutOfRangeException(null, Texts.Format($"The size is {Size} pixels, but it must be from {SmallestSize} to {LargestSize}; {new InspectorOptions().Size} is usual."));
        if (FalseAlarmRate is not (> 0 and < 1))
            throw new ArgumentOutOfRangeException(null, Texts.Format($"The false-alarm rate is {FalseAlarmRate}, but it must be more than 0 and less than 1; 0.05, one good picture in twenty, is usual."));
        if (Method == DetectionMethod.Padim && Size > LargestForPadim)
            throw new ArgumentOutOfRangeException(null, Texts.Format($"The size is {Size} pixels, but PaDiM keeps 40,000 numbers for each 8×8 of them, and takes {LargestForPadim} at most: choose less, or PatchCore."));
        if (!Enum.IsDefined(Method))
            throw new ArgumentOutOfRangeException(null, $"There is no method {Method}; there are {string.Join(" and ", Enum.GetNames<DetectionMethod>())}.");
    }
}
