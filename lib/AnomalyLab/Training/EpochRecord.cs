namespace AnomalyLab.Training;

/// <summary>What one epoch of training gave.</summary>
/// <param name="Epoch">The epoch's number, from 1.</param>
/// <param name="TrainingLoss">The mean squared error over the training images, each with the weights at its batch.</param>
/// <param name="ValidationLoss">The mean squared error over the validation images, with the weights at the epoch's end.</param>
/// <param name="Seconds">How long the epoch took, validation included.</param>
public sealed record EpochRecord(int Epoch, double TrainingLoss, double ValidationLoss, double Seconds);
