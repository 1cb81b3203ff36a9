using AnomalyLab.Display;

namespace AnomalyLab.Inspection;

/// <summary>Shows the progress of a long operation: in a notebook a bar that grows in place, in a console a line now and then.</summary>
/// <param name="console">Where lines go outside of a notebook; the console if left out.</param>
/// <param name="time">The clock; the system's if left out.</param>
public sealed class InspectionView(TextWriter? console = null, TimeProvider? time = null) : IProgress<InspectionProgress>, IDisposable
{
    private readonly LiveView view = new(console, time);

    /// <summary>Takes a report, from any thread.</summary>
    public void Report(InspectionProgress value)
    {
        var activity = Texts.Of(value.Activity);
        view.Show(new Markup(
            $"""<div>{activity} <progress value="{value.Fraction.ToString("0.000", System.Globalization.CultureInfo.InvariantCulture)}" style="width:20em"></progress> {value.Fraction:0 %}</div>""",
            $"{activity} {value.Fraction:0 %}"));
        if (value.Fraction >= 1)
            view.Flush();
    }

    /// <summary>Shows the last report, if it has not been shown yet.</summary>
    public void Dispose() => view.Dispose();
}
