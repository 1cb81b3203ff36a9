using AnomalyLab.Evaluation;
using CsCheck;
using static AnomalyLab.Tests.Evaluation.LabelledScoresGen;

namespace AnomalyLab.Tests.Evaluation;

public sealed class RocCurveTests
{
    [Theory, MemberData(nameof(RocReference.All), MemberType = typeof(RocReference))]
    public void Points_and_area_are_those_of_scikit_learn(RocReference reference)
    {
        var roc = RocCurve.From(reference.Labels, reference.Scores);
        Assert.Equal([double.PositiveInfinity, .. reference.Thresholds], roc.Points.Select(point => point.Threshold));
        Assert.Equal(reference.Fpr, roc.Points.Select(point => point.FalsePositiveRate));
        Assert.Equal(reference.Tpr, roc.Points.Select(point => point.TruePositiveRate));
        Assert.Equal(reference.Auc, roc.Auc, 1e-12);
        Assert.Equal(reference.BestF1, roc.F1Max, 1e-12);
    }

    [Theory, MemberData(nameof(WithVariance))]
    public void The_interval_of_the_area_follows_from_DeLongs_variance_as_pROC_has_it(RocReference reference)
    {
        var roc = RocCurve.From(reference.Labels, reference.Scores);
        IsIntervalOf(roc.Auc, reference.AucVariance!.Value, roc.AucInterval());
    }

    public static TheoryData<RocReference> WithVariance => [.. RocReference.All.Select(row => row.Data).Where(reference => reference.AucVariance > 0)];

    [Fact]
    public void Worked_by_hand_the_variance_and_the_interval_of_three_good_and_two_defective()
    {
        var roc = RocCurve.From([false, true, false, true, false], [1, 2, 2, 3, 0]);
        // The defective 2 and 3 have 2.5/3 and 3/3 of the good ones below; the good 0, 1 and 2 have 1, 1 and 1.5/2 of the defective above.
        var variance = (Math.Pow(5 / 6.0 - 11 / 12.0, 2) + Math.Pow(1 - 11 / 12.0, 2)) / 1 / 2 + (2 * Math.Pow(1 / 12.0, 2) + Math.Pow(2 / 12.0, 2)) / 2 / 3;
        IsIntervalOf(11 / 12.0, variance, roc.AucInterval());
    }

    [Fact]
    public void A_perfect_area_of_few_samples_has_an_interval_all_the_same()
    {
        bool[] labels = [.. Enumerable.Repeat(false, 20), .. Enumerable.Repeat(true, 63)];
        var (low, high) = RocCurve.From(labels, [.. Enumerable.Range(0, 83).Select(i => (double)i)]).AucInterval();
        // Where (1 - low)² is Z² times Newcombe's variance at low: found with pencil and bisection.
        var variance = low * (1 - low) / (20 * 63) * (1 + 40.5 * ((1 - low) / (2 - low) + low / (1 + low)));
        Assert.Equal(1 - low, 1.959964 * Math.Sqrt(variance), 1e-9);
        Assert.InRange(low, 0.93, 0.95);
        Assert.Equal(1, high);
        Assert.InRange(RocCurve.From([false, true], [0, 1]).AucInterval().Low, 0, 0.5); // one of each: next to nothing is known
    }

    [Theory]
    [InlineData(0.9)]
    [InlineData(0.98)]
    [InlineData(0.995)]
    public void By_experiment_with_20_good_and_63_defective_about_95_of_100_intervals_hold_the_true_area(double area)
    {
        var random = new Random(5);
        double Normal() => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
        // Two normal distributions of deviation 1, this far apart, overlap to just this area.
        var distance = area switch { 0.9 => 1.812388, 0.98 => 2.904434, _ => 3.642773 };
        bool[] labels = [.. Enumerable.Repeat(false, 20), .. Enumerable.Repeat(true, 63)];
        var held = Enumerable.Range(0, 2000).Count(_ =>
        {
            var (low, high) = RocCurve.From(labels, [.. labels.Select(defective => Normal() + (defective ? distance : 0))]).AucInterval();
            return low <= area && area <= high;
        });
        Assert.InRange(held / 2000.0, 0.93, 0.985); // Auc ± 1.96 deviations: .90, .81 and .72
    }

    [Theory, MemberData(nameof(RocReference.All), MemberType = typeof(RocReference))]
    public void Best_f1_is_the_highest_threshold_that_scikit_learn_finds_best(RocReference reference)
    {
        var best = RocCurve.From(reference.Labels, reference.Scores).BestF1();
        Assert.Equal(reference.BestF1Threshold, best.Threshold);
        Assert.Equal(reference.BestF1, Confusion.At(best.Threshold, reference.Labels, reference.Scores).F1, 1e-12);
    }

    [Fact]
    public void Worked_by_hand_three_good_and_two_defective_with_a_tie()
    {
        var roc = RocCurve.From([false, true, false, true, false], [1, 2, 2, 3, 0]);
        Assert.Equal(
            [new(double.PositiveInfinity, 0, 0), new(3, 0, 0.5), new(2, 1 / 3.0, 1), new(1, 2 / 3.0, 1), new(0, 1, 1)],
            roc.Points);
        // Of the six pairs (defective, good), five are in order and one is tied.
        Assert.Equal(5.5 / 6, roc.Auc, 1e-15);
        Assert.Equal("ROC curve of 3 good and 2 defective samples, 5 thresholds, AUC 0.917", roc.ToString());
    }

    [Fact]
    public void Worked_by_hand_each_rule_on_the_same_samples()
    {
        var roc = RocCurve.From([false, true, false, true, false], [1, 2, 2, 3, 0]);
        Assert.Equal(new("no false alarm", 3, 0.5, 0), roc.NoFalseAlarm());
        Assert.Equal(new("no miss", 2, 1, 1 / 3.0), roc.NoMiss());
        Assert.Equal(new("false-alarm rate at most 0.3", 3, 0.5, 0), roc.AtFalsePositiveRate(0.3));
        Assert.Equal(new("false-alarm rate at most 0.9", 2, 1, 1 / 3.0), roc.AtFalsePositiveRate(0.9));
        Assert.Equal(new("best F1", 2, 1, 1 / 3.0), roc.BestF1());
        Assert.Equal("no miss: threshold 2, TPR 1.000, FPR 0.333", roc.NoMiss().ToString());
    }

    [Fact]
    public void Where_a_good_sample_scores_highest_no_false_alarm_means_calling_nothing_defective() =>
        Assert.Equal(new("no false alarm", double.PositiveInfinity, 0, 0), RocCurve.From([false, true], [9, 1]).NoFalseAlarm());

    [Fact]
    public void Of_two_thresholds_with_the_same_f1_the_higher_is_chosen()
    {
        // 4 finds one of two without an alarm, 1 finds both with two alarms: F1 is 2/3 at both.
        var best = RocCurve.From([true, false, false, true], [4, 3, 2, 1]).BestF1();
        Assert.Equal(new("best F1", 4, 0.5, 0), best);
    }

    [Fact]
    public void The_area_is_the_share_of_pairs_in_order_ties_counting_one_half() =>
        Samples.Sample((labels, scores) =>
        {
            var pairs = from d in Enumerable.Range(0, labels.Length)
                        from g in Enumerable.Range(0, labels.Length)
                        where labels[d] && !labels[g]
                        select scores[d] > scores[g] ? 1 : scores[d] == scores[g] ? 0.5 : 0;
            Assert.Equal(pairs.Average(), RocCurve.From(labels, scores).Auc, 1e-12);
        });

    [Fact]
    public void No_strictly_increasing_map_of_the_scores_changes_the_area() =>
        Gen.Select(Samples, Gen.Double[1e-3, 1e3].Array[HighestScore + 1]).Sample((samples, steps) =>
        {
            var (labels, scores) = samples;
            var mapped = scores.Select(score => steps.Take((int)score + 1).Sum() - 500).ToArray();
            Assert.Equal(RocCurve.From(labels, scores).Auc, RocCurve.From(labels, mapped).Auc);
        });

    [Fact]
    public void Turning_the_scores_around_turns_the_area_around() =>
        Samples.Sample((labels, scores) =>
            Assert.Equal(1 - RocCurve.From(labels, scores).Auc, RocCurve.From(labels, [.. scores.Select(s => -s)]).Auc, 1e-12));

    [Fact]
    public void Points_lead_from_0_0_to_1_1_and_both_rates_never_fall_while_the_threshold_does() =>
        Samples.Sample((labels, scores) =>
        {
            var points = RocCurve.From(labels, scores).Points;
            Assert.Equal(new(double.PositiveInfinity, 0, 0), points[0]);
            Assert.Equal(new(scores.Min(), 1, 1), points[^1]);
            Assert.All(points.Zip(points.Skip(1)), pair =>
            {
                var (before, after) = pair;
                Assert.True(after.Threshold < before.Threshold, $"threshold: {before} then {after}");
                Assert.True(after.FalsePositiveRate >= before.FalsePositiveRate, $"FPR: {before} then {after}");
                Assert.True(after.TruePositiveRate >= before.TruePositiveRate, $"TPR: {before} then {after}");
            });
        });

    [Fact]
    public void Each_rule_keeps_its_promise_and_no_other_threshold_keeps_it_better() =>
        Gen.Select(Samples, Gen.Double[0, 1]).Sample((samples, atMost) =>
        {
            var (labels, scores) = samples;
            var roc = RocCurve.From(labels, scores);
            var all = scores.Append(double.PositiveInfinity).Select(t => (Threshold: t, Of: Confusion.At(t, labels, scores))).ToArray();

            Assert.Equal(all.Where(c => c.Of.FalsePositives == 0).Min(c => c.Threshold), roc.NoFalseAlarm().Threshold);
            Assert.Equal(all.Where(c => c.Of.FalseNegatives == 0).Max(c => c.Threshold), roc.NoMiss().Threshold);

            var wanted = roc.AtFalsePositiveRate(atMost);
            Assert.InRange(wanted.FalsePositiveRate, 0, atMost);
            Assert.Equal(all.Where(c => c.Of.FalsePositiveRate <= atMost).Max(c => c.Of.TruePositiveRate), wanted.TruePositiveRate);

            var f1 = all.Max(c => c.Of.F1);
            Assert.Equal(all.Where(c => c.Of.F1 == f1).Max(c => c.Threshold), roc.BestF1().Threshold);
        });

    [Fact]
    public void A_chosen_threshold_applied_to_the_same_samples_gives_the_rates_it_shows() =>
        Samples.Sample((labels, scores) =>
        {
            var roc = RocCurve.From(labels, scores);
            Assert.All([roc.NoFalseAlarm(), roc.NoMiss(), roc.AtFalsePositiveRate(0.1), roc.BestF1()], choice =>
            {
                var confusion = Confusion.At(choice.Threshold, labels, scores);
                Assert.Equal((confusion.TruePositiveRate, confusion.FalsePositiveRate), (choice.TruePositiveRate, choice.FalsePositiveRate));
            });
        });

    [Fact]
    public void Labels_and_scores_of_different_length_are_refused_with_both_counts()
    {
        var error = Assert.Throws<ArgumentException>(() => RocCurve.From([true, false], [1, 2, 3]));
        Assert.Equal("There are 2 labels but 3 scores; give one label and one score for each sample, in the same order.", error.Message);
    }

    [Theory]
    [InlineData(true, "There is no good sample, so no false-positive rate; a ROC curve needs good and defective samples.")]
    [InlineData(false, "There is no defective sample, so no true-positive rate; a ROC curve needs good and defective samples.")]
    public void Samples_that_are_all_alike_are_refused(bool defective, string message) =>
        Assert.Equal(message, Assert.Throws<ArgumentException>(() => RocCurve.From([defective, defective], [1, 2])).Message);

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void A_score_that_is_no_finite_number_is_refused_with_its_place(double score)
    {
        var error = Assert.Throws<ArgumentException>(() => RocCurve.From([true, false, true], [1, score, 3]));
        Assert.StartsWith($"The score of sample 1 (counted from 0) is {score};", error.Message);
    }

    [Theory]
    [InlineData(-0.1)]
    [InlineData(5)]
    [InlineData(double.NaN)]
    public void A_wanted_false_alarm_rate_outside_0_to_1_is_refused(double rate)
    {
        var roc = RocCurve.From([true, false], [1, 2]);
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => roc.AtFalsePositiveRate(rate));
        Assert.StartsWith($"The wanted false-alarm rate is {rate}; give a share of the good samples from 0 to 1", error.Message);
    }

    [Fact]
    public void One_good_and_one_defective_sample_have_a_curve_and_an_interval_that_says_nothing()
    {
        var roc = RocCurve.From([false, true], [1.0, 2]);
        Assert.Equal(1, roc.Auc);
        Assert.True(roc.AucInterval() is { Low: >= 0 and < 0.5, High: 1 }, $"{roc.AucInterval()}");
    }

    [Fact]
    public void Millions_of_samples_have_the_area_that_their_distributions_give()
    {
        var random = new Random(1);
        const int count = 2_000_000;
        var labels = Enumerable.Range(0, count).Select(i => i % 2 == 0).ToArray();
        var roc = RocCurve.From(labels, [.. labels.Select(bad => random.NextDouble() + (bad ? 0.5 : 0))]);
        Assert.Equal(0.875, roc.Auc, 2e-3); // 1 - 0.5² / 2
        Assert.True(roc.AucInterval() is var (low, high) && low < 0.875 && high > 0.875 && high - low < 2e-3, $"{roc.AucInterval()}");
    }

    private static void IsIntervalOf(double auc, double variance, (double Low, double High) interval)
    {
        var (middle, reach) = (Math.Log(auc / (1 - auc)), 1.959964 * Math.Sqrt(variance) / (auc * (1 - auc)));
        Assert.Equal(1 / (1 + Math.Exp(reach - middle)), interval.Low, 1e-12);
        Assert.Equal(1 / (1 + Math.Exp(-middle - reach)), interval.High, 1e-12);
    }
}
