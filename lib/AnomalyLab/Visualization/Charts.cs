using AnomalyLab.Data;
using AnomalyLab.Display;
using AnomalyLab.Evaluation;
using AnomalyLab.Training;

namespace AnomalyLab.Visualization;

/// <summary>The course's charts.</summary>
public static class Charts
{
    /// <summary>More thresholds than this would stand on top of each other in a ROC curve.</summary>
    private const int MostLabels = 16;

    /// <summary>
    /// Loads plotly.js into the page, once per notebook: make it the last expression of the first cell, whose output then
    /// contains the script (1.1 MB). Charts are still pictures until it is loaded. Running the cell again replaces its output;
    /// if that was deleted, showing this anywhere makes the charts interactive again.
    /// </summary>
    public static Markup Setup() => PlotlyScript.Setup();

    /// <summary>A ROC curve; pointing at it shows the threshold with both rates. Where there are few thresholds, they stand at their points.</summary>
    /// <param name="roc">The curve.</param>
    /// <param name="chosen">Thresholds to mark.</param>
    public static Chart Roc(RocCurve roc, params ThresholdChoice[] chosen)
    {
        List<Series> series =
        [
            new(Texts.Of("guessing"), Mark.DashedLine, [0, 1], [0, 1], Palette.Grey),
            new(Texts.Of("ROC curve"), Mark.Line, [.. roc.Points.Select(p => p.FalsePositiveRate)], [.. roc.Points.Select(p => p.TruePositiveRate)], Palette.Blue)
            {
                Hover = [.. roc.Points.Select(p => Rates(p.Threshold, p.FalsePositiveRate, p.TruePositiveRate))],
            },
        ];
        if (roc.Points.Count <= MostLabels)
        {
            series.Add(new(Texts.Of("thresholds"), Mark.Points, series[1].X, series[1].Y, Palette.Blue)
            {
                Labels = ["", .. roc.Points.Skip(1).Select(p => Threshold(p.Threshold))], // the first is above all scores
            });
        }
        for (var i = 0; i < chosen.Length; i++)
        {
            var at = chosen[i];
            series.Add(new(at.Rule, Mark.Rings, [at.FalsePositiveRate], [at.TruePositiveRate], Palette.Defect(i))
            {
                Hover = [$"{Texts.Of(at.Rule)}\n{Rates(at.Threshold, at.FalsePositiveRate, at.TruePositiveRate)}"],
            });
        }
        return new(Texts.Format($"ROC curve, AUC {roc.Auc:0.000}"),
            new(Texts.Of("false positive rate")) { Range = (-0.02, 1.02) }, new(Texts.Of("true positive rate")) { Range = (-0.02, 1.02) }, series);
    }

    /// <summary>Training and validation loss over the epochs, the best epoch marked; logarithmic where they span more than a decade.</summary>
    /// <param name="history">The epochs; may be empty.</param>
    public static Chart Loss(IReadOnlyList<EpochRecord> history)
    {
        double[] epochs = [.. history.Select(e => (double)e.Epoch)];
        List<Series> series =
        [
            new(Texts.Of("training"), Mark.Line, epochs, [.. history.Select(e => e.TrainingLoss)], Palette.Blue),
            new(Texts.Of("validation"), Mark.Line, epochs, [.. history.Select(e => e.ValidationLoss)], Palette.Vermilion),
        ];
        if (history.MinBy(e => e.ValidationLoss) is { } best)
            series.Add(new(Texts.Format($"best: epoch {best.Epoch}, {best.ValidationLoss:0.######}"), Mark.Rings, [best.Epoch], [best.ValidationLoss], Palette.Green));
        return new(Texts.Of("Loss"), new(Texts.Of("epoch")), LossAxis(history.SelectMany(e => new[] { e.TrainingLoss, e.ValidationLoss })), series);
    }

    /// <summary>The learning rate at each step of a training.</summary>
    /// <param name="options">How it is trained.</param>
    /// <param name="images">How many training images there are.</param>
    public static Chart LearningRate(TrainingOptions options, long images)
    {
        var steps = options.Epochs * (int)((images + options.BatchSize - 1) / options.BatchSize);
        int[] shown = [.. Enumerable.Range(0, 201).Select(i => i * (steps - 1) / 200).Distinct()];
        return new(Texts.Of("Learning rate"), new(Texts.Of("step")), new(Texts.Of("learning rate")) { Range = (0, 1.05 * options.LearningRate) },
            [new(Texts.Of("learning rate"), Mark.Line, [.. shown.Select(step => step + 1.0)], [.. shown.Select(step => options.LearningRateOf(step, steps))], Palette.Blue)]);
    }

    /// <summary>Every sample's score as a dot, one row for good samples and one for each kind of defect.</summary>
    /// <param name="scores">The samples with their anomaly scores: <c>samples.Zip(scores)</c>.</param>
    /// <param name="chosen">Thresholds to draw; an infinite one, which calls nothing defective, has no place.</param>
    public static Chart Scores(IEnumerable<(Sample Sample, double Score)> scores, params ThresholdChoice[] chosen)
    {
        var kinds = scores.GroupBy(s => s.Sample.Defect).OrderBy(kind => kind.Key != Sample.Good).ToArray();
        List<Series> series = [.. kinds.Select((kind, row) => new Series(kind.Key, Mark.Points,
            [.. kind.Select(s => s.Score)], [.. kind.Select((_, i) => row + Spread(i))],
            kind.Key == Sample.Good ? Palette.Blue : Palette.Defect(row - 1))
        {
            Hover = [.. kind.Select(s => Texts.Format($"{s.Sample.Name}\nscore {s.Score:#,0.####}"))],
        })];
        for (var i = 0; i < chosen.Length; i++)
        {
            if (!double.IsFinite(chosen[i].Threshold))
                continue;
            var text = $"{Texts.Of(chosen[i].Rule)}: {chosen[i].Threshold:#,0.####}";
            series.Add(new(text, Mark.DashedLine, [chosen[i].Threshold, chosen[i].Threshold], [-0.5, kinds.Length - 0.5], i % 2 == 0 ? Palette.Ink : Palette.Grey)
            {
                Hover = [text, text],
            });
        }
        return new(Texts.Of("Anomaly scores"), new(Texts.Of("anomaly score")),
            new("") { Names = [.. kinds.Select(kind => kind.Key)], Range = (kinds.Length - 0.5, -0.5) }, series);
    }

    /// <summary>The histogram of the scores, for good and for defective samples.</summary>
    /// <param name="isDefective">The truth, one entry a sample.</param>
    /// <param name="scores">The anomaly scores in the same order; finite, at least one.</param>
    /// <param name="chosen">Thresholds to draw; an infinite one has no place.</param>
    public static Chart Histogram(IReadOnlyList<bool> isDefective, IReadOnlyList<double> scores, params ThresholdChoice[] chosen)
    {
        const int Bins = 30;
        var (low, high) = (scores.Min(), scores.Max());
        var width = high > low ? (high - low) / Bins : 1;
        int Bin(double score) => Math.Min((int)((score - low) / width), Bins - 1);
        int[] Count(bool defective)
        {
            var counts = new int[Bins];
            foreach (var (score, _) in scores.Zip(isDefective).Where(sample => sample.Second == defective))
                counts[Bin(score)]++;
            return counts;
        }

        // Each bin is a step of the outline, which begins and ends at 0.
        double[] edges = [.. Enumerable.Range(0, Bins + 1).SelectMany(bin => Enumerable.Repeat(low + bin * width, 2))];
        double[] Outline(int[] counts) => [0, .. counts.SelectMany(count => new double[] { count, count }), 0];
        var (good, bad) = (Count(false), Count(true));
        double highest = good.Concat(bad).Max();
        return new(Texts.Of("Scores"), new(Texts.Of("anomaly score")), new(Texts.Of("images")),
        [
            new(Texts.Of("good"), Mark.Area, edges, Outline(good), Palette.Blue),
            new(Texts.Of("defective"), Mark.Area, edges, Outline(bad), Palette.Vermilion),
            .. chosen.Select((choice, i) => new Series(choice.Rule, Mark.DashedLine, [choice.Threshold, choice.Threshold], [0, highest], i % 2 == 0 ? Palette.Ink : Palette.Grey)),
        ]);
    }

    /// <summary>A bar for each count, such as the images of each class.</summary>
    /// <param name="title">What is counted.</param>
    /// <param name="counts">Names and counts, left to right.</param>
    public static Chart Counts(string title, params (string Name, int Count)[] counts)
    {
        return new(title,
            new("") { Names = [.. counts.Select(bar => bar.Name)], Range = (-0.5, counts.Length - 0.5) }, new(Texts.Of("images")),
            [new(title, Mark.Bars, [.. counts.Select((_, i) => (double)i)], [.. counts.Select(bar => (double)bar.Count)], Palette.Blue)]);
    }

    /// <summary>A bar for each class of a split.</summary>
    /// <param name="title">Which split it is.</param>
    /// <param name="counts">The split's counts.</param>
    public static Chart Counts(string title, SplitCounts counts) =>
        Counts(title, (Texts.Of("good"), counts.Good), (Texts.Of("good_test"), counts.GoodTest), (Texts.Of("bad"), counts.Bad));

    /// <summary>The axis of losses: logarithmic where they span more than a decade.</summary>
    internal static Axis LossAxis(IEnumerable<double> losses)
    {
        var sorted = losses.Order().ToArray();
        return new(Texts.Of("mean squared error")) { IsLogarithmic = sorted is [> 0 and var least, .., var largest] && largest / least > 10 };
    }

    private static string Rates(double threshold, double falsePositiveRate, double truePositiveRate) =>
        Texts.Format($"threshold {Threshold(threshold)}\nFPR {falsePositiveRate:0.000}, TPR {truePositiveRate:0.000}");

    /// <summary>A threshold as text.</summary>
    internal static string Threshold(double threshold) => double.IsPositiveInfinity(threshold) ? Texts.Of("above all scores") : $"{threshold:#,0.####}";

    /// <summary>Keeps dots of equal scores apart, the same way every time: multiples of the golden ratio, within ±0.3.</summary>
    private static double Spread(int i) => (i * 0.618033988749895 % 1 - 0.5) * 0.6;
}
