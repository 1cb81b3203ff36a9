using AnomalyLab.Display;

namespace AnomalyLab.Data;

/// <summary>Which samples are for training, for validation, and for the test. No sample is ever in two of them.</summary>
/// <param name="Category">Where the samples come from.</param>
/// <param name="Train">Good samples the weights are fitted to.</param>
/// <param name="Validation">Good samples held out of training, to see when to stop.</param>
/// <param name="GoodTest">Good samples of the test.</param>
/// <param name="Bad">Defective samples of the test.</param>
public sealed record DataSplit(
    MvtecCategory Category,
    IReadOnlyList<Sample> Train,
    IReadOnlyList<Sample> Validation,
    IReadOnlyList<Sample> GoodTest,
    IReadOnlyList<Sample> Bad)
{
    /// <summary>All test samples: the good ones, then the bad ones.</summary>
    public IReadOnlyList<Sample> Test => [.. GoodTest, .. Bad];

    /// <summary>How many samples there are of each kind; all good samples outside the test count as <c>good</c>.</summary>
    public SplitCounts Counts => new(Train.Count + Validation.Count, GoodTest.Count, Bad.Count);

    /// <summary>MVTec AD's own split, without validation samples.</summary>
    /// <param name="category">The category to split.</param>
    public static DataSplit From(MvtecCategory category) =>
        new(category, category.Train, [], [.. category.Test.Where(s => s.IsGood)], [.. category.Test.Where(s => !s.IsGood)]);

    /// <summary>Moves the first training samples to the end of the good test samples, to balance good and bad.</summary>
    /// <param name="count">How many to move.</param>
    /// <exception cref="ArgumentOutOfRangeException">Nothing would be left to train on.</exception>
    public DataSplit MoveGoodToTest(int count)
    {
        if (count < 0 || count >= Train.Count)
            throw new ArgumentOutOfRangeException(nameof(count), count, Texts.Format($"Of {Train.Count} training samples, 0 to {Train.Count - 1} can be moved to the test."));
        return this with { Train = [.. Train.Skip(count)], GoodTest = [.. GoodTest, .. Train.Take(count)] };
    }

    /// <summary>
    /// Moves the first training samples to the end of the good test samples until the test has as many good as bad ones (43 of
    /// MVTec AD's bottles), but never more than half of the training samples.
    /// </summary>
    public DataSplit BalanceTest() => MoveGoodToTest(Math.Clamp(Bad.Count - GoodTest.Count, 0, Train.Count / 2));

    /// <summary>Takes the last training samples for validation.</summary>
    /// <param name="part">The fraction to hold out, more than 0 and less than 1; the rest is rounded down to whole samples.</param>
    /// <exception cref="ArgumentOutOfRangeException">Training or validation would be left without a sample.</exception>
    public DataSplit HoldOut(double part)
    {
        // The small addend undoes what 1 − 0.2 loses in binary: 80 % of 10 is 8, not 7.999….
        var train = (int)(Train.Count * (1 - part) + 1e-9);
        if (train < 1 || train >= Train.Count)
            throw new ArgumentOutOfRangeException(nameof(part), part, Texts.Format($"Holding out {part:P0} of {Train.Count} training samples leaves {train} for training and {Train.Count - train} for validation; each needs at least one."));
        return this with { Train = [.. Train.Take(train)], Validation = [.. Validation, .. Train.Skip(train)] };
    }
}

/// <summary>The class balance of a split.</summary>
/// <param name="Good">Good samples outside the test.</param>
/// <param name="GoodTest">Good samples in the test.</param>
/// <param name="Bad">Defective samples in the test.</param>
[TypeFormatterSource(typeof(DisplayFormatters))]
public sealed record SplitCounts(int Good, int GoodTest, int Bad) : IDisplayable
{
    /// <inheritdoc/>
    public string ToHtml() => new Table("", ["good", "good_test", "bad"], [[Good, GoodTest, Bad]]).ToHtml();

    /// <inheritdoc/>
    public override string ToString() => $"good {Good} good_test {GoodTest} bad {Bad}";
}
