using System.Text.Json;
using AnomalyLab.Display;
using AnomalyLab.Evaluation;

namespace AnomalyLab.Visualization;

/// <summary>
/// A slider for the threshold: in the browser, the line in the scores' histogram, the point on the ROC curve and the four
/// counts follow it. Where scripts do not run, it shows the threshold it starts with.
/// </summary>
[TypeFormatterSource(typeof(DisplayFormatters))]
public sealed record ThresholdExplorer : IDisplayable
{
    private const string CellStyle = "padding:.1em .4em;text-align:right;font-variant-numeric:tabular-nums";

    private readonly int start;
    private readonly (double Threshold, Confusion Counts)[] steps;

    private ThresholdExplorer((double, Confusion)[] steps, int start, Chart histogram, Chart roc) =>
        (this.steps, this.start, Histogram, Roc) = (steps, start, histogram, roc);

    /// <summary>The scores of the good and of the defective samples, with the threshold it starts with.</summary>
    public Chart Histogram { get; }

    /// <summary>The ROC curve, with the threshold it starts with.</summary>
    public Chart Roc { get; }

    /// <summary>Said below, such as where the pictures come from.</summary>
    public string? Note { get; init; }

    /// <summary>Gives the slider a step for each threshold that makes a difference: those of the ROC curve.</summary>
    /// <param name="isDefective">The truth, one entry a sample; at least one good and one defective.</param>
    /// <param name="scores">The anomaly scores in the same order; finite.</param>
    /// <param name="start">Where the slider starts: at this threshold, or the next higher one on the curve.</param>
    /// <exception cref="ArgumentException">As for <see cref="RocCurve.From"/>, or <paramref name="start"/> is NaN.</exception>
    public static ThresholdExplorer From(IReadOnlyList<bool> isDefective, IReadOnlyList<double> scores, double start)
    {
        var (steps, first) = ThresholdSteps.Of(isDefective, scores, start);
        var (threshold, counts) = steps[first];
        var choice = new ThresholdChoice(Texts.Of("threshold"), threshold, counts.TruePositiveRate, counts.FalsePositiveRate);
        return new(steps, first, Charts.Histogram(isDefective, scores, choice), Charts.Roc(RocCurve.From(isDefective, scores), choice));
    }

    /// <inheritdoc/>
    public string ToHtml()
    {
        var data = JsonSerializer.Serialize(new
        {
            start,
            thresholds = steps.Select(step => double.IsFinite(step.Threshold) ? step.Threshold : (double?)null),
            points = steps.Select(step => new[] { step.Counts.FalsePositiveRate, step.Counts.TruePositiveRate }),
            texts = steps.Select(Changing),
        });
        var name = Figure.NameOf(data);
        var texts = Changing(steps[start]);
        string Shown(int i) => $"""<span data-shown="">{Figure.Encode(texts[i])}</span>""";
        string Row(string truth, int first) =>
            $"""<tr><th scope="row" style="{CellStyle}">{truth}</th>{string.Concat(Enumerable.Range(first, 3).Select(i => $"""<td style="{CellStyle}">{Shown(i)}</td>"""))}</tr>""";
        return $$"""
            <div data-explorer="{{name}}" style="max-width:1100px;margin:.5em 0">
            <div>{{Texts.Format($"threshold {$"<b>{Shown(0)}</b>"}")}}</div>
            <div data-slider=""></div>
            <table style="border-collapse:collapse">
            <tr><td></td><th scope="col" style="{{CellStyle}}">{{Texts.Of("called good")}}</th><th scope="col" style="{{CellStyle}}">{{Texts.Of("called defective")}}</th><td></td></tr>
            {{Row(Texts.Of("good"), 1)}}
            {{Row(Texts.Of("defective"), 4)}}
            </table>
            <div style="display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,420px),1fr));gap:0 1em">
            <div style="min-width:0">{{Histogram.ToHtml()}}</div>
            <div style="min-width:0">{{Roc.ToHtml()}}</div>
            </div>
            {{(Note is null ? "" : $"""<div style="font-size:85%;opacity:.8;font-style:italic">{Figure.Encode(Note)}</div>""")}}
            </div>
            <script>
            (() => {
              const { start, thresholds, points, texts } = {{data}};
              document.querySelectorAll('[data-explorer="{{name}}"]:not([data-ready])').forEach(explorer => {
                explorer.dataset.ready = 'true';
                const slider = document.createElement('input');
                Object.assign(slider, { type: 'range', min: 0, max: texts.length - 1, value: start, ariaLabel: '{{Texts.Of("threshold")}}' });
                slider.style.cssText = 'width:100%;margin:.4em 0';
                const [histogram, roc] = explorer.querySelectorAll('[data-chart]');
                const move = () => {
                  const at = slider.valueAsNumber;
                  explorer.querySelectorAll('[data-shown]').forEach((place, i) => place.textContent = texts[at][i]);
                  slider.ariaValueText = texts[at].join(', ');
                  if (!window.Plotly || !histogram.data || !roc.data) return;
                  const [x, y] = points[at];
                  window.Plotly.restyle(histogram, { x: [[thresholds[at], thresholds[at]]] }, [histogram.data.length - 1]);
                  window.Plotly.restyle(roc, { x: [[x]], y: [[y]], text: [[texts[at][0]]] }, [roc.data.length - 1]);
                };
                slider.addEventListener('input', move);
                document.addEventListener('{{PlotlyScript.Loaded}}', move);
                explorer.querySelector('[data-slider]').replaceChildren(slider);
                move();
              });
            })();
            </script>
            """;
    }

    /// <summary>The threshold it starts with, and what that does.</summary>
    public override string ToString() =>
        string.Join('\n', [Texts.Format($"threshold {Charts.Threshold(steps[start].Threshold)}"), $"{steps[start].Counts}", .. Note is null ? [] : new[] { Note }]);

    /// <summary>What changes with the threshold, in the order of the page.</summary>
    private static string[] Changing((double Threshold, Confusion Counts) step) =>
    [
        Charts.Threshold(step.Threshold),
        $"TN {step.Counts.TrueNegatives}", $"FP {step.Counts.FalsePositives}", $"FPR {step.Counts.FalsePositiveRate:0.000}",
        $"FN {step.Counts.FalseNegatives}", $"TP {step.Counts.TruePositives}", $"TPR {step.Counts.TruePositiveRate:0.000}",
    ];
}
