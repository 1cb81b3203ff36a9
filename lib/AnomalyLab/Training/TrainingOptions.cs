using AnomalyLab.Display;

namespace AnomalyLab.Training;

/// <summary>How to train. The defaults are the tutorial's.</summary>
public sealed record TrainingOptions
{
    /// <summary>The largest number of passes over the training images.</summary>
    public int Epochs { get; init; } = 1000;

    /// <summary>Training ends when the validation loss has not become smaller for this many epochs.</summary>
    public int Patience { get; init; } = 100;

    /// <summary>How many images one step takes.</summary>
    public int BatchSize { get; init; } = 32;

    /// <summary>Adam's step size; with <see cref="LearningRateSchedule.OneCycle"/> the largest.</summary>
    public double LearningRate { get; init; } = 1e-3;

    /// <summary>How the step size changes from the first step to the last.</summary>
    public LearningRateSchedule Schedule { get; init; }

    /// <summary>Decides the order of the images, which differs from epoch to epoch.</summary>
    public int Seed { get; init; }

    /// <summary>What most convolutions compute in.</summary>
    public Precision Precision { get; init; } = Precision.Auto;

    /// <summary>
    /// How many first steps compute in 32 bits even with <see cref="Precision.Bf16"/>; 0 or more. Fresh weights amplify rounding
    /// errors a hundredfold, and no longer do after some 60 steps. So both precisions start alike and stay close.
    /// </summary>
    public int Fp32Steps { get; init; } = 60;

    /// <summary>Throws for the first option that is out of its range, with a sentence that names it.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public void Validate()
    {
        AtLeastOne(Epochs, "epochs");
        AtLeastOne(Patience, "patience");
        AtLeastOne(BatchSize, "batchSize");
        if (Fp32Steps < 0)
            throw new ArgumentOutOfRangeException(null, Texts.Format($"fp32Steps is {Fp32Steps}, but it must be at least 0."));
        if (!(LearningRate > 0) || double.IsInfinity(LearningRate))
            throw new ArgumentOutOfRangeException(null, Texts.Format($"learningRate is {LearningRate}, but it must be more than 0; 0.001 is usual."));
    }

    /// <summary>The step size of one step. One cycle rises in a line over the first tenth of the steps, and falls along half a cosine to 0.</summary>
    /// <param name="step">The step, from 0.</param>
    /// <param name="steps">All steps of the training.</param>
    internal double LearningRateOf(int step, int steps)
    {
        if (Schedule == LearningRateSchedule.Constant)
            return LearningRate;
        var top = Math.Max(1, steps / 10);
        return LearningRate * (step < top ? (step + 1.0) / top : (1 + Math.Cos(Math.PI * (step - top) / (steps - top))) / 2);
    }

    private static void AtLeastOne(int value, string name)
    {
        if (value < 1)
            throw new ArgumentOutOfRangeException(null, Texts.Format($"{name} is {value}, but it must be at least 1."));
    }
}
