using System.Runtime.CompilerServices;
using System.Text.Json;
using AnomalyLab.Display;
using AnomalyLab.Evaluation;

namespace AnomalyLab.Visualization;

/// <summary>
/// What a threshold costs: sliders for the threshold, for the cost of a miss and of a false alarm, and for how many parts are
/// bad; in the browser, counts and costs for a thousand parts follow them, with the cheapest threshold marked. Where scripts
/// do not run, it shows what it starts with.
/// </summary>
[TypeFormatterSource(typeof(DisplayFormatters))]
public sealed record DecisionExplorer : IDisplayable
{
    private const string CellStyle = "padding:.1em .6em;text-align:right;font-variant-numeric:tabular-nums";

    /// <summary>The curve's place in the drawing: its lowest line is a cost of 0.</summary>
    private const int Top = 66, Bottom = 186;

    private static readonly int[] costs = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000], rarities = [1, 2, 5, 10, 20, 50, 100, 200, 500];

    private readonly (double Threshold, Confusion Counts)[] steps;
    private readonly (int Step, bool IsDefective)[] samples;
    private readonly int start;

    private DecisionExplorer((double, Confusion)[] steps, (int, bool)[] samples, int start) =>
        (this.steps, this.samples, this.start) = (steps, samples, start);

    /// <summary>What a defective part called good costs, in any currency; at least 1.</summary>
    public int CostOfMiss { get; init => field = InRange(value, int.MaxValue); } = 100;

    /// <summary>What a good part called defective costs, in the same currency; at least 1.</summary>
    public int CostOfAlarm { get; init => field = InRange(value, int.MaxValue); } = 1;

    /// <summary>How many of a thousand parts are defective, 1..999.</summary>
    public int BadPerThousand { get; init => field = InRange(value, 999); } = 10;

    /// <summary>Said below, such as where the pictures come from.</summary>
    public string? Note { get; init; }

    /// <summary>Gives the threshold's slider a step for each threshold of the ROC curve.</summary>
    /// <param name="isDefective">The truth, one entry a sample; at least one good and one defective.</param>
    /// <param name="scores">The anomaly scores in the same order; finite.</param>
    /// <param name="start">Where the slider starts: at this threshold, or the next higher one on the curve.</param>
    /// <exception cref="ArgumentException">As for <see cref="RocCurve.From"/>, or <paramref name="start"/> is NaN.</exception>
    public static DecisionExplorer From(IReadOnlyList<bool> isDefective, IReadOnlyList<double> scores, double start)
    {
        var (steps, first) = ThresholdSteps.Of(isDefective, scores, start);
        double[] thresholds = [.. steps.Select(step => step.Threshold)];
        return new(steps, [.. scores.Zip(isDefective, (score, defective) => (Array.BinarySearch(thresholds, score), defective))], first);
    }

    /// <inheritdoc/>
    public string ToHtml()
    {
        var data = JsonSerializer.Serialize(new
        {
            rates = steps.Select(step => new[] { step.Counts.TruePositiveRate, step.Counts.FalsePositiveRate }),
            thresholds = steps.Select(step => Charts.Threshold(step.Threshold)),
            start = new[] { start, CostOfMiss, CostOfAlarm, BadPerThousand },
            choices = new int[][] { Choices(costs, CostOfMiss), Choices(costs, CostOfAlarm), Choices(rarities, BadPerThousand) },
        });
        string Ticks(bool defective, int from) => string.Concat(samples.Where(sample => sample.IsDefective == defective).Select(sample => $"M{sample.Step} {from}v24"));
        var name = Figure.NameOf(data);
        var (texts, curve, cheapest) = Now();
        string Shown(int i) => $"""<b data-shown="{i}">{Figure.Encode(texts[i])}</b>""";
        string Line(string color) => $"""<b style="color:{color}">|</b>""";
        string Slider(string label, int i) => $"""<label style="display:block">{label}: {Shown(i)}<span data-slider=""></span></label>""";
        string Row(string truth, int first) =>
            $"""<tr><th scope="row" style="{CellStyle}">{truth}</th><td style="{CellStyle}">{Shown(first)}</td><td style="{CellStyle}">{Shown(first + 1)}</td></tr>""";
        return $$"""
            <div data-decision="{{name}}" style="max-width:640px;margin:.5em 0">
            <div style="display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,180px),1fr));gap:.3em 1em">
            {{Slider(Texts.Of("a miss costs"), 1)}}
            {{Slider(Texts.Of("a false alarm costs"), 2)}}
            {{Slider(Texts.Of("bad ones in a thousand"), 3)}}
            </div>
            <div data-buttons="" style="display:flex;flex-wrap:wrap;gap:.4em;margin:.4em 0"></div>
            <svg viewBox="-0.5 0 {{steps.Length - 1}} 190" preserveAspectRatio="none" role="img" aria-label="{{Texts.Of("The good and the defective parts in the order of their scores, and below them the cost of each threshold.")}}" style="display:block;box-sizing:border-box;width:100%;height:190px;padding:0 8px">
            <path d="{{Ticks(false, 2)}}" stroke="{{Palette.Blue}}" stroke-width="2" vector-effect="non-scaling-stroke"/>
            <path d="{{Ticks(true, 30)}}" stroke="{{Palette.Vermilion}}" stroke-width="2" vector-effect="non-scaling-stroke"/>
            <line x1="-0.5" x2="{{steps.Length - 1.5}}" y1="{{Bottom}}" y2="{{Bottom}}" stroke="{{Palette.Grey}}" vector-effect="non-scaling-stroke"/>
            <line data-cheapest="" x1="{{cheapest - 0.5}}" x2="{{cheapest - 0.5}}" y1="{{Top - 8}}" y2="{{Bottom}}" stroke="{{Palette.Green}}" stroke-width="4" vector-effect="non-scaling-stroke"/>
            <polyline data-curve="" points="{{curve}}" fill="none" stroke="currentColor" stroke-width="2" vector-effect="non-scaling-stroke"/>
            <line data-threshold="" x1="{{start - 0.5}}" x2="{{start - 0.5}}" y1="0" y2="190" stroke="currentColor" stroke-width="2" stroke-dasharray="6 4" vector-effect="non-scaling-stroke"/>
            </svg>
            {{Slider(Texts.Of("threshold"), 0)}}
            <div style="font-size:85%">{{Texts.Format($"{Line(Palette.Blue)} good, {Line(Palette.Vermilion)} defective, lowest score left; what is right of the dashed line is reported. Below: the cost of each threshold, from 0 to {Shown(4)}, {Line(Palette.Green)} the cheapest.")}}</div>
            <table style="border-collapse:collapse;margin:.5em 0">
            <tr><th style="{{CellStyle}}">{{Texts.Of("of a thousand")}}</th><th scope="col" style="{{CellStyle}}">{{Texts.Of("passed")}}</th><th scope="col" style="{{CellStyle}}">{{Texts.Of("reported")}}</th></tr>
            {{Row(Texts.Of("good"), 5)}}
            {{Row(Texts.Of("defective"), 7)}}
            {{Row(Texts.Of("all"), 9)}}
            </table>
            <div>{{People(Shown)}}</div>
            <div>{{Cost(Shown)}}</div>
            {{(Note is null ? "" : $"""<div style="font-size:85%;opacity:.8;font-style:italic">{Figure.Encode(Note)}</div>""")}}
            </div>
            <script>
            (() => {
              const { rates, thresholds, start, choices } = {{data}};
              const text = number => number.toLocaleString('en', { maximumFractionDigits: 1 });
              document.querySelectorAll('[data-decision="{{name}}"]:not([data-ready])').forEach(explorer => {
                explorer.dataset.ready = 'true';
                const [miss, alarm, bad, threshold] = [...explorer.querySelectorAll('[data-slider]')].map((place, i) => {
                  const slider = document.createElement('input');
                  const [max, value] = i < 3 ? [choices[i].length - 1, choices[i].indexOf(start[i + 1])] : [rates.length - 1, start[0]];
                  Object.assign(slider, { type: 'range', min: 0, max, value });
                  slider.style.cssText = 'display:block;width:100%;margin:.3em 0';
                  slider.addEventListener('input', () => move());
                  place.replaceChildren(slider);
                  return slider;
                });
                let cheapest;
                const move = () => {
                  const [ofMiss, ofAlarm, defective] = [miss, alarm, bad].map((slider, i) => choices[i][slider.valueAsNumber]);
                  const counts = rates.map(([tpr, fpr]) => [(1000 - defective) * (1 - fpr), (1000 - defective) * fpr, defective * (1 - tpr), defective * tpr]);
                  const costs = counts.map(([, alarms, missed]) => missed * ofMiss + alarms * ofAlarm);
                  const top = Math.max(...costs);
                  cheapest = costs.lastIndexOf(Math.min(...costs));
                  const at = threshold.valueAsNumber;
                  const [passed, alarms, missed, found] = counts[at];
                  const shown = [thresholds[at], ...[ofMiss, ofAlarm, defective, top, passed, alarms, missed, found, passed + missed, alarms + found,
                    missed * ofMiss, alarms * ofAlarm, costs[at]].map(text), thresholds[cheapest], text(costs[cheapest])];
                  explorer.querySelectorAll('[data-shown]').forEach(place => place.textContent = shown[place.dataset.shown]);
                  [threshold, miss, alarm, bad].forEach((slider, i) => slider.ariaValueText = shown[i]);
                  const draw = (name, attributes) => Object.entries(attributes).forEach(([key, value]) => explorer.querySelector(`[data-${name}]`).setAttribute(key, value));
                  draw('curve', { points: costs.map((cost, i) => `${i - .5},${({{Bottom}} - {{Bottom - Top}} * cost / top).toFixed(1)}`).join(' ') });
                  draw('cheapest', { x1: cheapest - .5, x2: cheapest - .5 });
                  draw('threshold', { x1: at - .5, x2: at - .5 });
                };
                const button = (name, act) => {
                  const element = document.createElement('button');
                  Object.assign(element, { type: 'button', textContent: name });
                  element.addEventListener('click', () => { act(); move(); threshold.value = cheapest; move(); });
                  explorer.querySelector('[data-buttons]').append(element);
                };
                const cost = (ofMiss, ofAlarm) => { miss.value = choices[0].indexOf(ofMiss); alarm.value = choices[1].indexOf(ofAlarm); };
                button('{{Texts.Of("different from usual: a miss is expensive")}}', () => cost(100, 1));
                button('{{Texts.Of("assistant: a false alarm is expensive")}}', () => cost(1, 100));
                button('{{Texts.Of("to the cheapest")}}', () => {});
                move();
              });
            })();
            </script>
            """;
    }

    /// <summary>The threshold it starts with, and what a thousand parts would cost.</summary>
    public override string ToString()
    {
        var texts = Now().Texts;
        return string.Join('\n', [
            Texts.Format($"threshold {texts[0]}; a miss costs {texts[1]}, a false alarm {texts[2]}; {texts[3]} of a thousand are bad"),
            new Table("", [Texts.Of("of a thousand"), Texts.Of("passed"), Texts.Of("reported")], [[Texts.Of("good"), texts[5], texts[6]], [Texts.Of("defective"), texts[7], texts[8]], [Texts.Of("all"), texts[9], texts[10]]]).ToString(),
            Cost(i => texts[i]),
            People(i => texts[i]),
            .. Note is null ? [] : new[] { Note }]);
    }

    /// <summary>What it starts with: the texts, the curve of the costs, and the step of the cheapest threshold; of several, the highest.</summary>
    private (string[] Texts, string Curve, int Cheapest) Now()
    {
        var counts = steps.Select(step => (
            Passed: (1000 - BadPerThousand) * (1 - step.Counts.FalsePositiveRate), Alarms: (1000 - BadPerThousand) * step.Counts.FalsePositiveRate,
            Missed: BadPerThousand * (1 - step.Counts.TruePositiveRate), Found: BadPerThousand * step.Counts.TruePositiveRate)).ToArray();
        double[] cost = [.. counts.Select(count => count.Missed * CostOfMiss + count.Alarms * CostOfAlarm)];
        var (top, cheapest) = (cost.Max(), Array.LastIndexOf(cost, cost.Min()));
        var (passed, alarms, missed, found) = counts[start];
        return (
            [
                Charts.Threshold(steps[start].Threshold),
                .. new[] { CostOfMiss, CostOfAlarm, BadPerThousand, top, passed, alarms, missed, found, passed + missed, alarms + found, missed * CostOfMiss, alarms * CostOfAlarm, cost[start] }.Select(Text),
                Charts.Threshold(steps[cheapest].Threshold), Text(cost[cheapest]),
            ],
            string.Join(' ', cost.Select((value, i) => $"{i - 0.5},{Bottom - (Bottom - Top) * value / top:0.0}")),
            cheapest);
    }

    private static string People(Func<int, string> shown) =>
        Texts.Format($"People look at {shown(10)} if they check what is reported (different from usual), at {shown(9)} if they check all the rest (assistant).");

    private static string Cost(Func<int, string> shown) =>
        Texts.Format($"Cost: misses {shown(11)} + false alarms {shown(12)} = {shown(13)}. Cheapest: {shown(15)}, with the threshold at {shown(14)}.");

    private static int InRange(int value, int most, [CallerMemberName] string name = "") => value >= 1 && value <= most ? value
        : throw new ArgumentOutOfRangeException(name, most < int.MaxValue ? Texts.Format($"{name} is {value}; it has to be at least 1 and at most {most}.") : Texts.Format($"{name} is {value}; it has to be at least 1."));

    private static string Text(double number) => $"{number:#,0.#}";

    /// <summary>A slider's values, with the one it starts with.</summary>
    private static int[] Choices(int[] choices, int start) => [.. choices.Append(start).Distinct().Order()];
}
