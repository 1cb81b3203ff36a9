using AnomalyLab.Data;
using AnomalyLab.Evaluation;
using AnomalyLab.Training;
using AnomalyLab.Visualization;

namespace AnomalyLab.Tests.Visualization;

public sealed class ChartsTests
{
    private static readonly RocCurve Curve = RocCurve.From([false, false, true, true], [1, 3, 2, 4]);

    [Fact]
    public void A_roc_curve_shows_threshold_and_rates_at_each_point()
    {
        var chart = Charts.Roc(Curve, Curve.NoMiss());

        Assert.Equal("ROC curve, AUC 0.750", chart.Title);
        Assert.Equal(["guessing", "ROC curve", "thresholds", "no miss"], chart.Series.Select(s => s.Name));
        Assert.Equal([0, 0, 0.5, 0.5, 1], chart.Series[1].X);
        Assert.Equal([0, 0.5, 0.5, 1, 1], chart.Series[1].Y);
        Assert.Equal(
        [
            "threshold above all scores\nFPR 0.000, TPR 0.000", "threshold 4\nFPR 0.000, TPR 0.500", "threshold 3\nFPR 0.500, TPR 0.500",
            "threshold 2\nFPR 0.500, TPR 1.000", "threshold 1\nFPR 1.000, TPR 1.000",
        ], chart.Series[1].Hover!);
        Assert.Equal((0.5, 1), (chart.Series[3].X.Single(), chart.Series[3].Y.Single()));
        Assert.Equal("no miss<br>threshold 2<br>FPR 0.500, TPR 1.000", (string?)ChartTests.Figure(chart)["data"]![3]!["text"]![0]);
    }

    [Fact]
    public void Few_thresholds_stand_at_their_points_of_a_roc_curve_and_many_do_not()
    {
        var few = Charts.Roc(Curve);
        var many = Charts.Roc(RocCurve.From([.. Enumerable.Range(0, 40).Select(i => i % 2 == 0)], [.. Enumerable.Range(0, 40).Select(i => (double)i)]));

        string[] expected = ["4", "3", "2", "1"];
        Assert.Equal(["", .. expected], few.Series[^1].Labels!);
        Assert.Equal(["", .. expected], ChartTests.Figure(few)["data"]![2]!["text"]!.AsArray().Select(text => (string?)text));
        Assert.Equal(expected, ChartTests.Picture(ChartTests.Parse(few)).QuerySelectorAll("circle + text").Select(text => text.TextContent));
        Assert.Equal(["guessing", "ROC curve"], many.Series.Select(s => s.Name));
    }

    [Fact]
    public void A_loss_chart_marks_the_best_epoch()
    {
        var chart = Charts.Loss([new(1, 0.4, 0.5, 1), new(2, 0.3, 0.2, 1), new(3, 0.2, 0.3, 1)]);

        Assert.Equal([0.4, 0.3, 0.2], chart.Series[0].Y);
        Assert.Equal([0.5, 0.2, 0.3], chart.Series[1].Y);
        Assert.Equal("best: epoch 2, 0.2", chart.Series[2].Name);
        Assert.Equal((2, 0.2), (chart.Series[2].X.Single(), chart.Series[2].Y.Single()));
        Assert.False(chart.Y.IsLogarithmic);
    }

    [Fact]
    public void A_loss_that_fell_far_is_on_a_logarithmic_axis()
    {
        var chart = Charts.Loss([new(1, 0.4, 0.5, 1), new(2, 0.03, 0.02, 1)]);

        Assert.True(chart.Y.IsLogarithmic);
        Assert.Equal("log", (string?)ChartTests.Figure(chart)["layout"]!["yaxis"]!["type"]);
    }

    [Fact]
    public void Scores_stand_in_a_row_for_each_kind_the_good_ones_first_with_the_thresholds_as_lines()
    {
        (Sample, double)[] scores = [(new("test/crack/000.png", "crack"), 5), (new("test/good/000.png", "good"), 1), (new("test/good/001.png", "good"), 2)];

        var chart = Charts.Scores(scores, new("no miss", 5, 1, 0), new("no false alarm", double.PositiveInfinity, 0, 0));

        Assert.Equal(["good", "crack"], chart.Y.Names!);
        Assert.Equal(["good", "crack", "no miss: 5"], chart.Series.Select(s => s.Name));
        Assert.Equal([1, 2], chart.Series[0].X);
        Assert.All(chart.Series[0].Y, y => Assert.InRange(y, -0.4, 0.4));
        Assert.All(chart.Series[1].Y, y => Assert.InRange(y, 0.6, 1.4));
        Assert.Equal("test/good/001.png\nscore 2", chart.Series[0].Hover![1]);
        Assert.Equal([5, 5], chart.Series[2].X);
    }

    [Fact]
    public void A_histogram_outlines_how_many_samples_have_which_score_with_the_thresholds_as_lines()
    {
        var chart = Charts.Histogram([false, false, true, true], [0, 0.5, 29.5, 30], new("no miss", 29.5, 1, 0), new("nothing", double.PositiveInfinity, 0, 0));

        Assert.Equal(["good", "defective", "no miss", "nothing"], chart.Series.Select(s => s.Name));
        double At(Series series, double score) => series.Y[1 + 2 * (int)score];
        Assert.Equal((2, 0), (At(chart.Series[0], 0), At(chart.Series[0], 29)));
        Assert.Equal((0, 2), (At(chart.Series[1], 0), At(chart.Series[1], 29)));
        Assert.Equal((0, 30), (chart.Series[0].X[0], chart.Series[0].X[^1]));
        Assert.Equal([29.5, 29.5], chart.Series[2].X);
        Assert.Equal([0, 2], chart.Series[2].Y);
        Assert.Equal(3, ChartTests.Picture(ChartTests.Parse(chart)).QuerySelectorAll("polyline[points*=',']").Length);
        Assert.Equal("tozeroy", (string?)ChartTests.Figure(chart)["data"]![0]!["fill"]);
    }

    [Fact]
    public void Equal_scores_make_a_histogram_too() => Assert.Equal(3, Charts.Histogram([false, false, false], [5, 5, 5]).Series[0].Y.Max());

    [Fact]
    public void Counts_are_bars_under_their_names()
    {
        var chart = Charts.Counts("Images", ("good", 209), ("bad", 63));

        Assert.Equal("Images\ngood: 209\nbad: 63", chart.ToString());
        var svg = ChartTests.Picture(ChartTests.Parse(chart));
        var heights = svg.QuerySelectorAll("rect[x]:not([rx])").Select(bar => double.Parse(bar.GetAttribute("height")!)).ToArray();
        Assert.Equal(209.0 / 63, heights[0] / heights[1], 0.01);
    }

    [Fact]
    public void The_learning_rate_of_one_cycle_rises_over_a_tenth_of_the_steps_and_falls_towards_0()
    {
        // 33 images in batches of 8 are 5 steps an epoch, 50 in all; the fifth is the highest.
        var options = new TrainingOptions { Epochs = 10, BatchSize = 8, LearningRate = 0.01, Schedule = LearningRateSchedule.OneCycle };

        var rate = Charts.LearningRate(options, 33).Series.Single();

        Assert.Equal((1, 50), (rate.X[0], rate.X[^1]));
        Assert.Equal((0.002, 0.01), (rate.Y[0], rate.Y[4]));
        Assert.Equal(rate.Y.Skip(4).OrderDescending(), rate.Y.Skip(4));
        Assert.InRange(rate.Y[^1], 0, 1e-4);
    }
}
