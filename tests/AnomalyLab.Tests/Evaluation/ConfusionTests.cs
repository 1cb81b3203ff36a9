using AnomalyLab.Evaluation;
using CsCheck;

namespace AnomalyLab.Tests.Evaluation;

public sealed class ConfusionTests
{
    [Theory, MemberData(nameof(RocReference.All), MemberType = typeof(RocReference))]
    public void Counts_and_rates_are_those_of_scikit_learn(RocReference reference) =>
        Assert.All(reference.Confusions, expected =>
        {
            var confusion = Confusion.At(expected.Threshold, reference.Labels, reference.Scores);
            Assert.Equal(new(expected.Tp, expected.Fp, expected.Tn, expected.Fn), confusion);
            Assert.Equal(expected.Precision, confusion.Precision, 1e-12);
            Assert.Equal(expected.Recall, confusion.Recall, 1e-12);
            Assert.Equal(expected.F1, confusion.F1, 1e-12);
        });

    [Fact]
    public void A_score_equal_to_the_threshold_is_called_defective() =>
        Assert.Equal(new(TruePositives: 1, FalsePositives: 0, TrueNegatives: 1, FalseNegatives: 0), Confusion.At(2, [true, false], [2, 1.9]));

    [Fact]
    public void Worked_by_hand_the_counts_show_as_a_table_with_the_rates_below()
    {
        var confusion = new Confusion(TruePositives: 61, FalsePositives: 13, TrueNegatives: 50, FalseNegatives: 2);
        Assert.Equal(
            """
                       called good  called defective
            good                50                13
            defective            2                61
            TPR 0.968, FPR 0.206, precision 0.824, recall 0.968, F1 0.891
            """,
            confusion.ToString());
    }

    [Fact]
    public void Rates_without_anything_to_count_are_zero()
    {
        var none = Confusion.At(0.5, [], []);
        Assert.Equal((0, 0, 0, 0, 0), (none.TruePositiveRate, none.FalsePositiveRate, none.Precision, none.Recall, none.F1));
    }

    [Fact]
    public void The_counts_add_up_to_the_samples_of_each_kind() =>
        Gen.Select(LabelledScoresGen.Samples, Gen.Double[-1, LabelledScoresGen.HighestScore + 1]).Sample((samples, threshold) =>
        {
            var (labels, scores) = samples;
            var at = Confusion.At(threshold, labels, scores);
            Assert.Equal(labels.Count(defective => defective), at.TruePositives + at.FalseNegatives);
            Assert.Equal(labels.Count(defective => !defective), at.FalsePositives + at.TrueNegatives);
            Assert.Equal(scores.Count(score => score >= threshold), at.TruePositives + at.FalsePositives);
        });

    [Fact]
    public void A_threshold_that_is_no_number_is_refused() =>
        Assert.Equal("The threshold is NaN; give a number to compare the scores with.",
            Assert.Throws<ArgumentException>(() => Confusion.At(double.NaN, [true], [1])).Message);

    [Fact]
    public void Labels_and_scores_of_different_length_are_refused() =>
        Assert.StartsWith("There are 1 labels but 2 scores;", Assert.Throws<ArgumentException>(() => Confusion.At(0, [true], [1, 2])).Message);
}
