using AnomalyLab.Native;
using static TorchSharp.torch;

namespace AnomalyLab.Tests.Native;

public sealed class ComputeTeamTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(1000)]
    public void Each_part_is_done_once_before_the_call_returns(int parts)
    {
        var done = new int[parts];
        ComputeTeam.Run(parts, part => Interlocked.Increment(ref done[part]));

        Assert.All(done, times => Assert.Equal(1, times));
    }

    [Fact]
    public void No_more_threads_than_libtorch_computes_with_take_part_and_it_computes_on()
    {
        var threads = new HashSet<int>();
        ComputeTeam.Run(100_000, _ =>
        {
            lock (threads)
                threads.Add(Environment.CurrentManagedThreadId);
        });

        Assert.InRange(threads.Count, 1, get_num_threads());
        using var matrix = ones(1000, 1000);
        Assert.Equal(1e6f, matrix.sum().item<float>());
    }
}
