using AnomalyLab.Display;
using AnomalyLab.Training;

namespace AnomalyLab.Visualization;

/// <summary>
/// Shows a training while it runs: in a notebook a progress bar, numbers and the losses, updated in place; in a console one
/// line per epoch, at most one a second.
/// </summary>
public sealed class TrainingView : IProgress<TrainingProgress>, IDisposable
{
    private readonly LiveView view;

    /// <summary>A view in the calling cell's output.</summary>
    /// <param name="console">Where lines go outside of a notebook; the console if left out.</param>
    /// <param name="time">The clock; the system's if left out.</param>
    public TrainingView(TextWriter? console = null, TimeProvider? time = null)
        : this(new LiveView(console, time))
    {
    }

    internal TrainingView(LiveView view) => this.view = view;

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
