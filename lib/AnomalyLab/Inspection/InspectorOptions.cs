using AnomalyLab.Models;
using AnomalyLab.Training;

namespace AnomalyLab.Inspection;

/// <summary>How to learn from good pictures.</summary>
public sealed record InspectorOptions
{
    private const int SmallestImage = 2 * UNet.Stride; // the network's lowest level would be a single pixel otherwise

    /// <summary>Pictures are stretched to a square of this many pixels a side: a multiple of 16, at least 32.</summary>
    public int ImageSize { get; init; } = 128;

    /// <summary>The share of good pictures that may be called defective, more than 0 and less than 1.</summary>
    public double FalseAlarmRate { get; init; } = 0.05;

    /// <summary>How to train.</summary>
    public DetectorOptions Training { get; init; } = new() { Epochs = 30 };

    /// <summary>Names the first option that cannot be, in a sentence.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public void Validate()
    {
        if (ImageSize < SmallestImage || ImageSize % UNet.Stride != 0)
            throw new ArgumentOutOfRangeException(null, $"The image size is {ImageSize}, but it must be a multiple of {UNet.Stride} and at least {SmallestImage}; 128 is usual.");
        if (FalseAlarmRate is not (> 0 and < 1))
            throw new ArgumentOutOfRangeException(null, $"The false-alarm rate is {FalseAlarmRate}, but it must be more than 0 and less than 1; 0.05, one good picture in twenty, is usual.");
        Training.Validate();
    }
}
