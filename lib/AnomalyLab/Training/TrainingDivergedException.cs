using AnomalyLab.Display;

namespace AnomalyLab.Training;

/// <summary>The loss became NaN or infinite: as a rule the learning rate is too large.</summary>
public sealed class TrainingDivergedException : InvalidOperationException
{
    /// <param name="message">What happened, and what to do.</param>
    public TrainingDivergedException(string message) : base(message)
    {
    }

    /// <inheritdoc cref="TrainingDivergedException(string)"/>
    /// <param name="message">What happened, and what to do.</param>
    /// <param name="innerException">What led to it.</param>
    public TrainingDivergedException(string message, Exception innerException) : base(message, innerException)
    {
    }

    /// <summary>The loss became NaN or infinite.</summary>
    public TrainingDivergedException() : this(Texts.Of("The loss became NaN or infinite."))
    {
    }
}
