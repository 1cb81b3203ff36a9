namespace AnomalyLab.Training;

/// <summary>How to train a defect detector. The defaults reach what notebook 08 shows.</summary>
public sealed record DetectorOptions
{
    /// <summary>Passes over the training images; each time defects are painted anew.</summary>
    public int Epochs { get; init; } = 50;

    /// <summary>How many images make one step.</summary>
    public int BatchSize { get; init; } = 16;

    /// <summary>AdamW's step size at its largest; it falls to 0 along a cosine.</summary>
    public double LearningRate { get; init; } = 2e-3;

    /// <summary>Decides the first weights, the order of the images, and what is painted.</summary>
    public int Seed { get; init; }

    /// <summary>Names the first option that cannot be, in a sentence.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public void Validate()
    {
        if (Epochs < 1)
            throw new ArgumentOutOfRangeException(null, $"epochs is {Epochs}, but it must be at least 1.");
        if (BatchSize < 1)
            throw new ArgumentOutOfRangeException(null, $"batchSize is {BatchSize}, but it must be at least 1.");
        if (!(LearningRate > 0) || double.IsInfinity(LearningRate))
            throw new ArgumentOutOfRangeException(null, $"learningRate is {LearningRate}, but it must be more than 0; 0.002 is usual.");
    }
}
