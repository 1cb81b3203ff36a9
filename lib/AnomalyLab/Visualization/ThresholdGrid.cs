using System.Text.Json;
using AnomalyLab.Display;
using AnomalyLab.Evaluation;

namespace AnomalyLab.Visualization;

/// <summary>
/// A few samples at every threshold: a row for each threshold, and in it for each sample whether the threshold is right about
/// it. In the browser a slider walks through the rows and puts their counts into the formulas of both rates. Where scripts do
/// not run, the grid is the same, with the row it starts with marked.
/// </summary>
[TypeFormatterSource(typeof(DisplayFormatters))]
public sealed record ThresholdGrid : IDisplayable
{
    /// <summary>With more samples the cells would be too narrow for their letters on a phone.</summary>
    private const int Most = 12;

    /// <summary>Right is blue, wrong is orange; called positive is dark, called negative is light.</summary>
    private static (string Name, string Meaning, string Style)[] Outcomes =>
    [
        ("TP", Texts.Of("true positive"), $"background:{Palette.Blue};color:#fff"),
        ("FN", Texts.Of("false negative"), $"background:{Palette.Orange};color:#000"),
        ("FP", Texts.Of("false positive"), $"background:{Palette.Vermilion};color:#000"),
        ("TN", Texts.Of("true negative"), $"background:{Palette.Sky};color:#000"),
    ];

    private readonly (double Score, bool IsPositive)[] samples;
    private readonly (double Threshold, Confusion Counts)[] steps;
    private readonly int start;

    private ThresholdGrid((double, bool)[] samples, (double, Confusion)[] steps, int start) =>
        (this.samples, this.steps, this.start) = (samples, steps, start);

    /// <summary>What a positive sample is, for the legend.</summary>
    public string Positive { get; init => field = Texts.Of(value); } = Texts.Of("defective");

    /// <summary>What a negative sample is, for the legend.</summary>
    public string Negative { get; init => field = Texts.Of(value); } = Texts.Of("good");

    /// <summary>Puts the samples in the order of their scores, and makes a row for each threshold of their ROC curve.</summary>
    /// <param name="isPositive">The truth, one entry a sample; at least one positive and one negative, at most twelve samples.</param>
    /// <param name="scores">The scores in the same order; finite. A sample is called positive when its score is at least the threshold.</param>
    /// <param name="start">The row to start with: this threshold, or the next higher one.</param>
    /// <exception cref="ArgumentException">As for <see cref="RocCurve.From"/>, <paramref name="start"/> is NaN, or there are too many samples.</exception>
    public static ThresholdGrid From(IReadOnlyList<bool> isPositive, IReadOnlyList<double> scores, double start)
    {
        if (scores.Count > Most)
            throw new ArgumentException(Texts.Format($"There are {scores.Count} samples; the grid has room for {Most}. Show more of them with {nameof(ThresholdExplorer)}."), nameof(scores));
        var (steps, first) = ThresholdSteps.Of(isPositive, scores, start);
        return new([.. scores.Zip(isPositive).OrderBy(sample => sample)], steps, first);
    }

    /// <inheritdoc/>
    public string ToHtml()
    {
        var texts = JsonSerializer.Serialize(steps.Select(Changing));
        var grid = string.Concat(steps.Index().Reverse().Select(step => Row(step.Item, isMarked: step.Index == start)));
        var name = Figure.NameOf(texts + grid);
        string Shown(int i) => $"""<b data-shown="">{Figure.Encode(Changing(steps[start])[i])}</b>""";
        return $$"""
            <div data-grid="{{name}}" style="max-width:640px;margin:.5em 0">
            <div>{{Texts.Of("threshold")}} {{Shown(0)}}: TP {{Shown(1)}}, FN {{Shown(2)}}, FP {{Shown(3)}}, TN {{Shown(4)}}</div>
            <div data-slider=""></div>
            <div>TPR = TP / (TP + FN) = {{Shown(5)}}</div>
            <div>FPR = FP / (FP + TN) = {{Shown(6)}}</div>
            <table style="width:100%;table-layout:fixed;border-collapse:separate;border-spacing:2px;margin:.5em 0;font-size:12px;line-height:1.5">
            <colgroup><col style="width:3.2em"><col span="{{samples.Length}}"><col span="2" style="width:2.4em"></colgroup>
            <thead>
            <tr>{{Cell("th", Texts.Of("score"))}}{{string.Concat(samples.Select(sample => Cell("th", $"{sample.Score:0.##}")))}}<td></td><td></td></tr>
            <tr>{{Cell("th", Texts.Of("truth"))}}{{string.Concat(samples.Select(sample => Cell("th", sample.IsPositive ? "+" : "−")))}}{{Cell("th", "TPR")}}{{Cell("th", "FPR")}}</tr>
            </thead>
            <tbody>{{grid}}</tbody>
            </table>
            <div style="font-size:85%">+ {{Figure.Encode(Positive)}}, − {{Figure.Encode(Negative)}}.{{string.Concat(Outcomes.Select(outcome => $""" <span style="white-space:nowrap"><b style="{outcome.Style};padding:0 .3em">{outcome.Name}</b> {outcome.Meaning}</span>"""))}}</div>
            </div>
            <script>
            (() => {
              const texts = {{texts}};
              document.querySelectorAll('[data-grid="{{name}}"]:not([data-ready])').forEach(grid => {
                grid.dataset.ready = 'true';
                const slider = document.createElement('input');
                Object.assign(slider, { type: 'range', min: 0, max: texts.length - 1, value: {{start}}, ariaLabel: '{{Texts.Of("threshold")}}' });
                slider.style.cssText = 'width:100%;margin:.4em 0';
                const rows = [...grid.querySelectorAll('tbody tr')].reverse();
                const move = () => {
                  const at = slider.valueAsNumber;
                  grid.querySelectorAll('[data-shown]').forEach((place, i) => place.textContent = texts[at][i]);
                  rows.forEach((row, i) => row.style.outline = i === at ? '3px solid' : '');
                  slider.ariaValueText = texts[at].slice(0, 1).concat(['TP', 'FN', 'FP', 'TN'].map((name, i) => `${name} ${texts[at][i + 1]}`)).join(', ');
                };
                slider.addEventListener('input', move);
                grid.querySelector('[data-slider]').replaceChildren(slider);
                move();
              });
            })();
            </script>
            """;
    }

    /// <summary>The grid as plain text.</summary>
    public override string ToString() => new Table("", [Texts.Of("threshold"), .. samples.Select(sample => (Column)$"{sample.Score:0.##}{(sample.IsPositive ? "+" : "−")}"), "TPR", "FPR"],
        [.. steps.Reverse().Select(step => (object[])[Name(step.Threshold), .. samples.Select(sample => Outcome(sample, step.Threshold).Name), Rate(step.Counts.TruePositiveRate), Rate(step.Counts.FalsePositiveRate)])])
    {
        Notes = [$"+ {Positive}, − {Negative}"],
    }.ToString();

    private string Row((double Threshold, Confusion Counts) step, bool isMarked) =>
        $"<tr{(isMarked ? " style=\"outline:3px solid\"" : "")}>{Cell("th", Name(step.Threshold))}{string.Concat(samples.Select(sample => Outcome(sample, step.Threshold)).Select(outcome => Cell("td", outcome.Name, $"font-weight:600;{outcome.Style}")))}{Cell("td", Rate(step.Counts.TruePositiveRate))}{Cell("td", Rate(step.Counts.FalsePositiveRate))}</tr>";

    private static string Cell(string tag, string text, string style = "") =>
        $"""<{tag} style="padding:0;border:0;text-align:center;{style}">{Figure.Encode(text)}</{tag}>""";

    private static (string Name, string Meaning, string Style) Outcome((double Score, bool IsPositive) sample, double threshold) =>
        Outcomes[(sample.IsPositive ? 0 : 2) + (sample.Score >= threshold ? 0 : 1)];

    private string Name(double threshold) => double.IsFinite(threshold) ? $"{threshold:0.##}" : $"> {samples[^1].Score:0.##}";

    private static string Rate(double rate) => $"{rate:0.00}";

    /// <summary>What changes with the threshold, in the order of the page.</summary>
    private static string[] Changing((double Threshold, Confusion Counts) step)
    {
        var (tp, fp, tn, fn) = step.Counts;
        return
        [
            Charts.Threshold(step.Threshold), $"{tp}", $"{fn}", $"{fp}", $"{tn}",
            $"{tp} / ({tp} + {fn}) = {Rate(step.Counts.TruePositiveRate)}", $"{fp} / ({fp} + {tn}) = {Rate(step.Counts.FalsePositiveRate)}",
        ];
    }
}
