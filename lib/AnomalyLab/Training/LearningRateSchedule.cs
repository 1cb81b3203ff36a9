using System.Text.Json.Serialization;

namespace AnomalyLab.Training;

/// <summary>How the optimiser's step size changes in the course of a training.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<LearningRateSchedule>))]
public enum LearningRateSchedule
{
    /// <summary>It stays the same.</summary>
    Constant,

    /// <summary>
    /// It rises for a tenth of the training, and then falls to 0: large steps to come near a good place, small ones to settle
    /// there. (Smith, "A disciplined approach to neural network hyper-parameters", 2018; here with half a cosine.)
    /// </summary>
    OneCycle,
}
