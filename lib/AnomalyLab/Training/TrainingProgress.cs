namespace AnomalyLab.Training;

/// <summary>Where training stands, reported after every batch and at the end.</summary>
/// <param name="Epoch">The epoch under way, from 1.</param>
/// <param name="Epochs">How many epochs there are at most.</param>
/// <param name="Step">Batches of this epoch that are done.</param>
/// <param name="Steps">Batches of an epoch.</param>
/// <param name="History">The epochs that are done.</param>
/// <param name="BestEpoch">The epoch with the smallest validation loss so far; 0 before the first has ended.</param>
/// <param name="Patience">How many epochs without improvement end the training.</param>
/// <param name="ImagesPerSecond">Training images a second, over this epoch so far; 0 in the last report.</param>
public sealed record TrainingProgress(
    int Epoch, int Epochs, int Step, int Steps, IReadOnlyList<EpochRecord> History, int BestEpoch, int Patience, double ImagesPerSecond)
{
    /// <summary>Why training ended, in the last report; <c>null</c> in all before it.</summary>
    public TrainingEnd? End { get; init; }
}
