using AnomalyLab.Training;

namespace AnomalyLab.Inspection;

/// <summary>How to learn from good pictures.</summary>
public sealed record InspectorOptions
{
    /// <summary>Pictures are stretched to a square of this many pixels a side; a multiple of 32.</summary>
    public int ImageSize { get; init; } = 128;

    /// <summary>The share of good pictures that may be called defective, more than 0 and less than 1.</summary>
    public double FalseAlarmRate { get; init; } = 0.05;

    /// <summary>How to train.</summary>
    public TrainingOptions Training { get; init; } = new() { Epochs = 50, Patience = 20 };
}
