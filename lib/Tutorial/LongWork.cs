using AnomalyLab.Data;
using Spectre.Console;

namespace Tutorial;

/// <summary>Shows the progress of long work: in a terminal one bar per activity, in a log one line per tenth.</summary>
/// <param name="console">Where to show it.</param>
public sealed class LongWork(IAnsiConsole console)
{
    /// <summary>Does the work on another thread.</summary>
    /// <typeparam name="TProgress">What the work reports.</typeparam>
    /// <typeparam name="T">What the work gives.</typeparam>
    /// <param name="read">Reads the activity and the fraction done, 0..1, from a report.</param>
    /// <param name="work">The work.</param>
    public async Task<T> RunAsync<TProgress, T>(Func<TProgress, (string Activity, double Fraction)> read, Func<IProgress<TProgress>, T> work)
    {
        if (!console.Profile.Capabilities.Interactive)
        {
            var lines = new Lines(console.Profile.Out.Writer);
            return await Task.Run(() => work(new ProgressRelay<TProgress>(value => lines.Show(read(value)))));
        }
        return await console.Progress().StartAsync(context => Task.Run(() =>
        {
            var bars = new Bars(context);
            return work(new ProgressRelay<TProgress>(value => bars.Show(read(value))));
        }));
    }

    private sealed class Bars(ProgressContext context)
    {
        private ProgressTask? _task;

        public void Show((string Activity, double Fraction) now)
        {
            if (_task?.Description != now.Activity)
                _task = context.AddTask(now.Activity, maxValue: 1);
            _task.Value = Math.Max(_task.Value, now.Fraction);
        }
    }

    private sealed class Lines(TextWriter writer)
    {
        private (string Activity, int Tenths) _last = ("", 0);

        public void Show((string Activity, double Fraction) value)
        {
            var now = (value.Activity, (int)(value.Fraction * 10));
            if (now.Activity == _last.Activity && now.Item2 <= _last.Tenths)
                return;
            _last = now;
            writer.WriteLine($"{value.Activity} {value.Fraction:0 %}");
        }
    }
}
