namespace AnomalyLab.Training;

/// <summary>How the training of a detector went.</summary>
/// <param name="Options">How it was trained.</param>
/// <param name="History">The epochs that were completed, at least one. Losses are cross-entropy plus one minus Dice, 0 at best.</param>
/// <param name="End">Why it ended: all epochs, or interrupted.</param>
/// <param name="Seconds">How long it took, from the images in memory to the detector.</param>
public sealed record DetectorTraining(DetectorOptions Options, IReadOnlyList<EpochRecord> History, TrainingEnd End, double Seconds);
