using AnomalyLab.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace AnomalyLab.Tests.Models;

public sealed class CoresetTests : IDisposable
{
    private readonly DisposeScope scope = NewDisposeScope();

    public void Dispose() => scope.Dispose();

    [Fact]
    public void Always_the_farthest_is_chosen_next()
    {
        var points = randn(700, 64);
        var chosen = Coreset.Choose(points, 60, seed: 3);

        // The same by looking at all after each, in the same projection.
        var projected = Coreset.Projected(points, seed: 3);
        var expected = new List<long> { 0 };
        var far = (projected - projected[0]).square().sum(1);
        while (expected.Count < 60)
        {
            expected.Add(far.argmax().item<long>());
            far = far.minimum((projected - projected[expected[^1]]).square().sum(1));
        }
        Assert.Equal(expected, chosen);
    }

    [Fact]
    public void Each_of_many_clusters_is_there()
    {
        var centres = 10 * randn(40, 100);
        var points = centres.repeat(50, 1) + 0.1 * randn(2000, 100);
        var chosen = Coreset.Choose(points, 40, seed: 0);
        Assert.Equal(40, chosen.Select(row => row % 40).Distinct().Count());
    }

    [Fact]
    public void All_are_kept_where_there_are_no_more_than_asked_for() =>
        Assert.Equal([0, 1, 2, 3, 4], Coreset.Choose(randn(5, 8), 5, seed: 0));

    [Fact]
    public void Repetitions_are_not_chosen() =>
        Assert.Equal(3, Coreset.Choose(randn(3, 20).repeat(10, 1), 12, seed: 0).Length);

    [Fact]
    public void It_can_be_cancelled()
    {
        using var source = new CancellationTokenSource();
        source.Cancel();
        Assert.Throws<OperationCanceledException>(() => Coreset.Choose(randn(100, 8), 5, seed: 0, cancellation: source.Token));
    }
}
