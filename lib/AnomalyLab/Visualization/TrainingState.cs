using AnomalyLab.Display;
using AnomalyLab.Training;

namespace AnomalyLab.Visualization;

/// <summary>The state of a training at one moment, to be shown.</summary>
internal sealed class TrainingState(TrainingProgress progress) : IDisplayable
{
    private readonly EpochRecord? last = progress.History.Count > 0 ? progress.History[^1] : null;

    /// <summary>Whether the epoch that is reported is complete, validation included.</summary>
    public bool EndsEpoch => progress.History.Count == progress.Epoch;

    /// <summary>Whether nothing will follow.</summary>
    public bool EndsTraining => progress.End is not null;

    private int PatienceLeft => progress.Patience - (progress.History.Count - progress.BestEpoch);

    private double EpochsDone => EndsEpoch ? progress.Epoch : progress.Epoch - 1 + (double)progress.Step / progress.Steps;

    public string ToHtml() =>
        $"""
        <div style="max-width:720px;margin:.5em 0">
        <progress max="{progress.Epochs}" value="{EpochsDone:0.##}" style="width:100%"></progress>
        <div style="font-variant-numeric:tabular-nums">{string.Join(" · ", Facts().Select(Figure.Encode))}</div>
        {(last is null ? "" : Charts.Loss(progress.History).ToImg())}
        </div>
        """;

    public override string ToString() => string.Join(", ", Facts());

    private IEnumerable<string> Facts()
    {
        yield return progress.End switch
        {
            null => $"epoch {progress.Epoch} of {progress.Epochs}",
            TrainingEnd.AllEpochs => $"all {progress.Epochs} epochs are done",
            TrainingEnd.OutOfPatience => $"patience ended after epoch {progress.Epoch} of {progress.Epochs}",
            _ => $"stopped after epoch {progress.Epoch} of {progress.Epochs}",
        };
        if (!EndsEpoch)
            yield return $"step {progress.Step} of {progress.Steps}";
        if (last is not null)
        {
            yield return $"training loss {last.TrainingLoss:0.000000}";
            yield return $"validation loss {last.ValidationLoss:0.000000}";
            yield return EndsTraining ? $"the best weights, of epoch {progress.BestEpoch}, are kept" : $"best in epoch {progress.BestEpoch}";
        }
        if (EndsTraining)
            yield break;
        if (last is not null)
            yield return $"patience {PatienceLeft} of {progress.Patience}";
        yield return $"{progress.ImagesPerSecond:0} images/s";
        if (last is not null)
            yield return $"at most {Duration((progress.Epochs - EpochsDone) * progress.History.Average(e => e.Seconds))} left";
    }

    private static string Duration(double seconds) => TimeSpan.FromSeconds(Math.Round(seconds)) switch
    {
        { TotalMinutes: < 1 } time => $"{time.Seconds} s",
        { TotalHours: < 1 } time => $"{time.Minutes} min {time.Seconds} s",
        var time => $"{Math.Floor(time.TotalHours):0} h {time.Minutes} min",
    };
}
