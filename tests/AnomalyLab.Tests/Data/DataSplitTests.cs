using AnomalyLab.Data;
using CsCheck;

namespace AnomalyLab.Tests.Data;

public sealed class DataSplitTests : IDisposable
{
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Bottles_are_rebalanced_to_166_63_63_and_divided_into_132_and_34()
    {
        var split = DataSplit.From(PngFiles.Category(folder, 209, 20, 63));
        Assert.Equal("good 209 good_test 20 bad 63", split.Counts.ToString());

        split = split.MoveGoodToTest(43).HoldOut(0.2);
        Assert.Equal("good 166 good_test 63 bad 63", split.Counts.ToString());
        Assert.Equal((132, 34), (split.Train.Count, split.Validation.Count));
    }

    [Fact]
    public void The_first_training_samples_move_behind_the_good_test_samples()
    {
        var split = DataSplit.From(PngFiles.Category(folder, 5, 2, 1)).MoveGoodToTest(2);

        Assert.Equal(["test/good/000.png", "test/good/001.png", "train/good/000.png", "train/good/001.png"], split.GoodTest.Select(s => s.Name));
        Assert.Equal("train/good/002.png", split.Train[0].Name);
    }

    [Fact]
    public void No_sample_is_lost_or_shared_however_it_is_split()
    {
        var category = PngFiles.Category(folder, 30, 4, 5);
        var all = category.Train.Concat(category.Test).Select(s => s.Path).Order().ToArray();

        Gen.Select(Gen.Int[0, 27], Gen.Double[0.35, 0.65]).Sample((moved, part) =>
        {
            var split = DataSplit.From(category).MoveGoodToTest(moved).HoldOut(part);
            var parts = split.Train.Concat(split.Validation).Concat(split.Test).Select(s => s.Path).Order();
            return parts.SequenceEqual(all) && split.Train.Concat(split.Validation).All(s => s.IsGood) && split.Bad.All(s => !s.IsGood);
        });
    }

    [Theory]
    [InlineData(10, 0.2, 8)]
    [InlineData(10, 0.1, 9)]
    [InlineData(3, 0.5, 1)]
    public void Holding_out_rounds_the_training_part_down(int count, double part, int train)
    {
        Assert.Equal(train, DataSplit.From(PngFiles.Category(folder, count, 1, 1)).HoldOut(part).Train.Count);
    }

    [Fact]
    public void A_split_that_leaves_nothing_to_train_on_says_so()
    {
        var split = DataSplit.From(PngFiles.Category(folder, 4, 1, 1));

        Assert.Contains("4 training samples", Assert.Throws<ArgumentOutOfRangeException>(() => split.MoveGoodToTest(4)).Message);
        Assert.Contains("each needs at least one", Assert.Throws<ArgumentOutOfRangeException>(() => split.HoldOut(0.9)).Message);
    }

    [Theory]
    [InlineData(209, 20, 63, 43)] // MVTec AD's bottles
    [InlineData(10, 2, 30, 5)] // never more than half
    [InlineData(10, 5, 3, 0)]
    [InlineData(1, 0, 4, 0)]
    public void A_test_is_balanced_as_far_as_the_good_samples_go(int train, int goodTest, int bad, int moved)
    {
        using var folder = new TempFolder();
        Sample[] Some(string kind, int count) => [.. Enumerable.Range(0, count).Select(i => new Sample($"/{kind}/{i}", kind))];
        var split = new DataSplit(PngFiles.Category(folder, 1, 1, 1), Some("good", train), [], Some("good", goodTest), Some("bad", bad));
        Assert.Equal((train - moved, goodTest + moved), (split.BalanceTest().Train.Count, split.BalanceTest().GoodTest.Count));
    }
}
