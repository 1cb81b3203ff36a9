using AnomalyLab.Evaluation;
using CsCheck;

namespace AnomalyLab.Tests.Evaluation;

public sealed class HeldOutThresholdTests
{
    private static double[] OneTo(int n) => [.. Enumerable.Range(1, n).Select(i => (double)i)];

    [Theory]
    [InlineData(19, 0.05, 19, 0.05)] // one alarm in 20: above all 19
    [InlineData(34, 1 / 35.0, 34, 1 / 35.0)]
    [InlineData(34, 0.05, 34, 1 / 35.0)] // two in 35 would be too many
    [InlineData(39, 0.05, 38, 0.05)] // two in 40: above all but one
    [InlineData(99, 0.1, 90, 0.1)]
    [InlineData(1, 0.5, 1, 0.5)]
    public void Worked_by_hand_the_threshold_lies_just_above_one_of_the_good_scores(int n, double wanted, double above, double promised)
    {
        var choice = HeldOutThreshold.From([.. OneTo(n).Reverse()], wanted);
        Assert.Equal(Math.BitIncrement(above), choice.Threshold);
        Assert.Equal(promised, choice.FalseAlarmRate, 1e-15);
        Assert.Equal(n - above, OneTo(n).Count(score => score >= choice.Threshold));
    }

    [Theory]
    [InlineData(34, 0.05, 0.0843396)] // 1 - 0.05^(1/34)
    [InlineData(39, 0.05, 0.1159521)] // scipy.stats.beta.ppf(0.95, 2, 38)
    [InlineData(199, 0.05, 0.0775923)] // scipy.stats.beta.ppf(0.95, 10, 190)
    [InlineData(15_000, 0.05, 0.0529571)] // scipy.stats.beta.ppf(0.95, 750, 14251)
    [InlineData(10_000, 0.1, 0.1049689)]
    [InlineData(2_000, 0.5, 0.5181318)]
    [InlineData(5_000_000, 0.01, 0.0100733)]
    [InlineData(1, 0.5, 0.95)]
    public void What_one_draw_may_have_got_wrong_is_SciPys_quantile_of_the_beta_distribution(int n, double wanted, double expected) =>
        Assert.Equal(expected, HeldOutThreshold.From(OneTo(n), wanted).LikelyAtMost, 1e-6);

    [Theory]
    [InlineData(34, 0.05)]
    [InlineData(59, 0.05)]
    [InlineData(20, 0.25)]
    public void By_experiment_a_new_good_sample_is_called_defective_as_often_as_promised_and_no_oftener(int n, double wanted)
    {
        const int draws = 40_000;
        var random = new Random(2);
        var (alarms, beyond) = (0, 0);
        var choice = HeldOutThreshold.From(OneTo(n), wanted);
        for (var draw = 0; draw < draws; draw++)
        {
            // The score is the chance of a lower one, so that the true rate above any threshold is 1 - threshold.
            var threshold = HeldOutThreshold.From([.. Enumerable.Range(0, n).Select(_ => random.NextDouble())], wanted).Threshold;
            alarms += random.NextDouble() >= threshold ? 1 : 0;
            beyond += 1 - threshold > choice.LikelyAtMost ? 1 : 0;
        }
        var deviation = Math.Sqrt(choice.FalseAlarmRate / draws);
        Assert.InRange((double)alarms / draws, choice.FalseAlarmRate - 4 * deviation, choice.FalseAlarmRate + 4 * deviation);
        Assert.InRange((double)beyond / draws, 0.05 - 4 * Math.Sqrt(0.05 / draws), 0.05 + 4 * Math.Sqrt(0.05 / draws));
    }

    [Fact]
    public void With_ties_and_any_scores_each_of_n_plus_1_samples_left_out_in_turn_makes_no_more_alarms_than_promised() =>
        Gen.Select(Gen.Int[0, 6].Array[2, 40], Gen.Double[0.05, 0.9]).Where(s => s.Item2 >= HeldOutThreshold.SmallestRate(s.Item1.Length - 1)).Sample((scores, wanted) =>
        {
            var alarms = scores.Index().Count(left =>
                left.Item >= HeldOutThreshold.From([.. scores.Where((_, i) => i != left.Index).Select(s => (double)s)], wanted).Threshold);
            Assert.True(alarms <= wanted * scores.Length + 1e-6, $"{alarms} of {scores.Length} at a promised rate of {wanted}");
        });

    [Fact]
    public void Chosen_on_the_samples_it_is_judged_on_a_threshold_flatters()
    {
        // The same rule of thumb, "no alarm among these 34": on themselves 0, on new ones 1 in 35.
        var random = new Random(3);
        var seen = Enumerable.Range(0, 5000).Average(_ =>
        {
            var good = Enumerable.Range(0, 34).Select(_ => random.NextDouble()).ToArray();
            var roc = RocCurve.From([.. good.Select(_ => false), true], [.. good, 2]);
            Assert.Equal(0, roc.NoFalseAlarm().FalsePositiveRate);
            return 1 - good.Max();
        });
        Assert.Equal(1 / 35.0, seen, 0.003);
    }

    [Fact]
    public void Too_few_samples_for_the_wanted_rate_are_refused_with_the_rate_that_is_possible()
    {
        var error = Assert.Throws<ArgumentException>(() => HeldOutThreshold.From(OneTo(18)));
        Assert.StartsWith("18 held-out good samples cannot promise a false-alarm rate of 0.05: the smallest is 1/19, 0.053. Hold out at least 19, or accept a higher rate.", error.Message);
        Assert.Throws<ArgumentException>(() => HeldOutThreshold.From([]));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(double.NaN)]
    public void A_rate_that_is_no_share_is_refused(double rate) =>
        Assert.StartsWith($"The wanted false-alarm rate is {rate};", Assert.Throws<ArgumentException>(() => HeldOutThreshold.From(OneTo(50), rate)).Message);

    [Fact]
    public void A_score_that_is_no_number_is_refused() =>
        Assert.StartsWith("The score of sample 1 (counted from 0) is NaN", Assert.Throws<ArgumentException>(() => HeldOutThreshold.From([1, double.NaN], 0.5)).Message);

    [Fact]
    public void One_line_says_all_of_it() =>
        Assert.Equal("from 19 held-out good samples: threshold 19.000000000000004, false alarms 5.0% on average, in 95 of 100 cases at most 14.6%".Replace("%", " %"),
            HeldOutThreshold.From(OneTo(19)).ToString());
}
