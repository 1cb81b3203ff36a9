using AnomalyLab.Display;

namespace AnomalyLab.Evaluation;

/// <summary>
/// A threshold chosen without any defective sample: from the scores of good samples that were used for nothing else. It comes
/// with a promise about false alarms.
/// </summary>
/// <param name="Threshold">A sample is called defective when its score is at least this: just above one of the good samples' scores.</param>
/// <param name="FalseAlarmRate">
/// The promise, 0..1: a new good sample, drawn like those held out, is called defective with at most this probability,
/// whatever the scores' distribution. This is an average over all possible draws of held-out samples, not a bound for this draw.
/// </param>
/// <param name="LikelyAtMost">
/// A bound for this one draw, 0..1: in 95 of 100 draws of held-out samples, the false-alarm rate from then on is at most this.
/// With few samples it is far above the promise.
/// </param>
/// <param name="GoodSamples">How many good samples were held out.</param>
/// <remarks>
/// Split conformal prediction: Vovk, Gammerman, Shafer, "Algorithmic Learning in a Random World", 2005. Of n + 1 samples
/// drawn alike, each is equally likely to be among the j highest scores. So the new one is among them with probability
/// j / (n + 1), and the threshold lies above all but j - 1 of the n. The rate of one draw follows a Beta(j, n + 1 - j)
/// distribution: Vovk, "Conditional validity of inductive conformal predictors", 2012.
/// </remarks>
[TypeFormatterSource(typeof(DisplayFormatters))]
public sealed record HeldOutThreshold(double Threshold, double FalseAlarmRate, double LikelyAtMost, int GoodSamples) : IDisplayable
{
    /// <summary>The smallest false-alarm rate that so many good samples can promise: 1 / (n + 1), 1/35 for 34.</summary>
    /// <param name="goodSamples">How many are held out.</param>
    public static double SmallestRate(int goodSamples) => 1.0 / (goodSamples + 1);

    /// <summary>The lowest threshold that keeps the promise.</summary>
    /// <param name="goodScores">
    /// Scores of good samples that took no part in training, calibration or any choice; finite. The promise holds for
    /// samples drawn as these were: not after the camera was moved.
    /// </param>
    /// <param name="falseAlarmRate">The wanted rate, at least <see cref="SmallestRate"/> and less than 1.</param>
    /// <exception cref="ArgumentException">
    /// There are no scores, one is not finite, or there are too few for the wanted rate; the message says which rate is possible.
    /// </exception>
    public static HeldOutThreshold From(IReadOnlyList<double> goodScores, double falseAlarmRate = 0.05)
    {
        LabelledScores.Check(new bool[goodScores.Count], goodScores);
        if (falseAlarmRate is not (> 0 and < 1))
            throw new ArgumentException(Texts.Format($"The wanted false-alarm rate is {falseAlarmRate}; give a share of the good samples between 0 and 1, such as 0.05."), nameof(falseAlarmRate));
        var n = goodScores.Count;
        var alarms = (int)((n + 1) * falseAlarmRate + 1e-9); // the small addend undoes what is lost in binary: 5 % of 20 is 1
        if (alarms < 1)
            throw new ArgumentException(Texts.Format($"{n} held-out good samples cannot promise a false-alarm rate of {falseAlarmRate}: the smallest is 1/{n + 1}, {SmallestRate(n):0.###}. Hold out at least {Math.Ceiling(1 / falseAlarmRate - 1e-9) - 1}, or accept a higher rate."), nameof(falseAlarmRate));
        var highestBelow = goodScores.OrderDescending().ElementAt(alarms - 1);
        return new(Math.BitIncrement(highestBelow), (double)alarms / (n + 1), LikelyRate(n, alarms), n);
    }

    /// <inheritdoc/>
    public string ToHtml() => new Table("", [Texts.Of("held-out good samples"), new(Texts.Of("threshold"), "0.000"), new(Texts.Of("false alarms, on average"), "P1"), new(Texts.Of("in 95 of 100 cases at most"), "P1")],
        [[GoodSamples, Threshold, FalseAlarmRate, LikelyAtMost]]).ToHtml();

    /// <summary>One line; the threshold is written with all its digits, so that it can be copied and applied.</summary>
    public override string ToString() =>
        Texts.Format($"from {GoodSamples} held-out good samples: threshold {Threshold}, false alarms {FalseAlarmRate:P1} on average, in 95 of 100 cases at most {LikelyAtMost:P1}");

    /// <summary>The false-alarm rate at which fewer than <paramref name="alarms"/> of n scores would lie above the threshold with a probability of 1 in 20.</summary>
    private static double LikelyRate(int n, int alarms)
    {
        var logChoose = Enumerable.Range(1, alarms - 1).Sum(k => Math.Log((n - k + 1.0) / k)); // of n over alarms - 1
        var (low, high) = ((double)alarms / (n + 1), 1.0); // the bound is above the average
        for (var i = 0; i < 60; i++)
        {
            var rate = (low + high) / 2;
            // The binomial terms for alarms - 1, alarms - 2, … 0, which shrink. Computed from logarithms, because with thousands of
            // scores the factors themselves would underflow to 0.
            var term = Math.Exp(logChoose + (alarms - 1) * Math.Log(rate) + (n - alarms + 1) * double.LogP1(-rate));
            var fewer = term;
            for (var k = alarms - 1; k > 0 && term > 1e-18 * fewer; k--)
                fewer += term *= k / (n - k + 1.0) * (1 - rate) / rate;
            if (fewer > 0.05)
                low = rate;
            else
                high = rate;
        }
        return high;
    }
}
