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
            null => Texts.Format($"epoch {progress.Epoch} of {progress.Epochs}"),
            TrainingEnd.AllEpochs => Texts.Format($"all {progress.Epochs} epochs are done"),
            TrainingEnd.OutOfPatience => Texts.Format($"patience ended after epoch {progress.Epoch} of {progress.Epochs}"),
            _ => Texts.Format($"stopped after epoch {progress.Epoch} of {progress.Epochs}"),
        };
        if (!EndsEpoch)
            yield return Texts.Format($"step {progress.Step} of {progress.Steps}");
        if (last is not null)
        {
            yield return Texts.Format($"training loss {last.TrainingLoss:0.000000}");
            yield return Texts.Format($"validation loss {last.ValidationLoss:0.000000}");
            yield return EndsTraining ? Texts.Format($"the best weights, of epoch {progress.BestEpoch}, are kept") : Texts.Format($"best in epoch {progress.BestEpoch}");
        }
        if (EndsTraining)
            yield break;
        if (last is not null)
            yield return Texts.Format($"patience {PatienceLeft} of {progress.Patience}");
        yield return Texts.Format($"{progress.ImagesPerSecond:0} images/s");
        if (last is not null)
            yield return Texts.Format($"at most {Duration((progress.Epochs - EpochsDone) * progress.History.Average(e => e.Seconds))} left");
    }

    private static string Duration(double seconds) => TimeSpan.FromSeconds(Math.Round(seconds)) switch
    {
        { TotalMinutes: < 1 } time => Texts.Format($"{time.Seconds} s"),
        { TotalHours: < 1 } time => Texts.Format($"{time.Minutes} min {time.Seconds} s"),
        var time => Texts.Format($"{Math.Floor(time.TotalHours):0} h {time.Minutes} min"),
    };
}
