using System.Text.Json;
using AnomalyLab.Display;
using AnomalyLab.Training;

namespace AnomalyLab.Visualization;

/// <summary>Compares trainings: a sortable table, and a chart with the validation losses of the latest ones.</summary>
[TypeFormatterSource(typeof(DisplayFormatters))]
public sealed class Runs : IDisplayable
{
    private readonly Numbered[] runs;
    private readonly IReadOnlyList<string> problems;

    private Runs(RunLog log)
    {
        (var read, problems) = log.Read();
        runs = [.. read.Select((run, i) => new Numbered(i + 1, run, Parameters(run)))];
    }

    /// <summary>The table. What all runs have in common is said below it instead of in a column.</summary>
    public Table Table
    {
        get
        {
            var differing = Differing(runs);
            return new(Texts.Of("Runs"),
                [Texts.Of("run"), Texts.Of("time"), .. differing.Select(name => new Column(name)), Texts.Of("epochs run"), Texts.Of("ended by"), Texts.Of("best epoch"), new(Texts.Of("best validation loss"), "0.000000"), new(Texts.Of("AUC on test"), "0.000"), new(Texts.Of("seconds"), "0")],
                [.. runs.Select(r => (object?[])[r.Number, $"{r.Run.Time:yyyy-MM-dd HH:mm}", .. differing.Select(name => r.Parameters.GetValueOrDefault(name)),
                    r.Run.ValidationLosses.Count, Reason(r.Run.End), r.Run.BestEpoch, r.Run.BestLoss, r.Run.Auc, r.Run.Seconds])])
            {
                IsSortable = true,
                Notes = [.. Same(differing), .. problems],
            };
        }
    }

    /// <summary>The validation losses of the latest runs that were trained on the same data as the last one.</summary>
    public Chart Chart
    {
        get
        {
            var shown = runs.Where(r => r.Run.Data == runs[^1].Run.Data).TakeLast(Palette.Runs.Count).ToArray();
            var differing = Differing(shown);
            return new(Texts.Of("Validation loss"), new(Texts.Of("epoch")), Charts.LossAxis(shown.SelectMany(r => r.Run.ValidationLosses)), [.. shown.Select((r, i) => new Series(
                string.Join(", ", [Texts.Format($"run {r.Number}"), .. differing.Select(name => Named(name, r.Parameters.GetValueOrDefault(name)))]),
                r.Run.ValidationLosses.Count > 1 ? Mark.Line : Mark.Points,
                [.. r.Run.ValidationLosses.Select((_, epoch) => epoch + 1.0)], r.Run.ValidationLosses, Palette.Runs[i]))]);
        }
    }

    /// <summary>Every training that left its line, in the order in which they ended.</summary>
    /// <param name="log">Where the lines are.</param>
    /// <exception cref="IOException">The file is there but cannot be read.</exception>
    public static Runs Compare(RunLog log) => new(log);

    /// <inheritdoc/>
    public string ToHtml() => Table.ToHtml() + (runs.Length > 0 ? Chart.ToHtml() : "");

    /// <inheritdoc/>
    public override string ToString() => runs.Length > 0 ? $"{Table}\n{Chart}" : Table.ToString();

    private IEnumerable<string> Same(string[] differing)
    {
        if (runs.Length == 0)
            yield return Texts.Of("No training has left a line yet: notebook 4 runs one.");
        else
            yield return Texts.Format($"The same in all of them: {string.Join(", ", runs[0].Parameters.Where(p => !differing.Contains(p.Key)).Select(p => Named(p.Key, p.Value)))}.");
        if (runs.Any(r => r.Run.Auc is not null))
            yield return Texts.Of("Choose by validation loss. The AUC is measured on the test samples: look at it, but do not choose by it.");
        if (differing.Contains("data"))
            yield return Texts.Of("Losses on different data cannot be compared; the chart shows the runs on the data of the last.");
    }

    private static string[] Differing(Numbered[] runs) =>
        [.. runs.SelectMany(r => r.Parameters).GroupBy(p => p.Key, p => p.Value).Where(values => values.Distinct().Count() > 1).Select(values => values.Key)];

    /// <summary>The data and each option, under the names that the notebooks give them.</summary>
    private static Dictionary<string, object?> Parameters(TrainingRun run)
    {
        var parameters = new Dictionary<string, object?> { ["data"] = run.Data, ["model"] = run.Architecture, ["loss"] = run.Loss };
        foreach (var option in JsonSerializer.SerializeToElement(run.Options, RunLog.Json).EnumerateObject())
            parameters[option.Name] = option.Value.ValueKind == JsonValueKind.Number ? option.Value.GetDouble() : option.Value.ToString();
        return parameters;
    }

    private static string Named(string option, object? value) => $"{Texts.Of(option)} {(value is string text ? Texts.Of(text) : value)}";

    private static string Reason(TrainingEnd end) => end switch
    {
        TrainingEnd.OutOfPatience => Texts.Of("patience"),
        TrainingEnd.Interrupted => Texts.Of("stopped"),
        _ => Texts.Of("all epochs"),
    };

    private sealed record Numbered(int Number, TrainingRun Run, IReadOnlyDictionary<string, object?> Parameters);
}
