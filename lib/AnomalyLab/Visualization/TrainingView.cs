using AnomalyLab.Display;
using AnomalyLab.Training;

namespace AnomalyLab.Visualization;

/// <summary>
/// Shows a training while it runs: in a notebook a progress bar, numbers and the losses, in place; in a console a line
/// an epoch, at most one a second.
/// </summary>
/// <param name="console">Where lines go outside of a notebook; the console if left out.</param>
/// <param name="time">The clock; the system's if left out.</param>
public sealed class TrainingView(TextWriter? console = null, TimeProvider? time = null) : IProgress<TrainingProgress>, IDisposable
{
    private readonly LiveView view = new(console, time);

    /// <summary>Takes a report from the trainer, on the thread that trains.</summary>
    public void Report(TrainingProgress value)
    {
        var state = new TrainingState(value);
        if (view.IsInPlace || state.EndsEpoch)
            view.Show(state);
        if (state.EndsTraining)
            view.Flush();
    }

    /// <summary>Shows the last report, if it has not been shown yet.</summary>
    public void Dispose() => view.Dispose();
}
