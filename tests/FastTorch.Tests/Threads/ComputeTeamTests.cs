using FastTorch.Threads;
using static TorchSharp.torch;

namespace FastTorch.Tests.Threads;

public sealed class ComputeTeamTests : IDisposable
{
    private const int Threads = 4;

    public ComputeTeamTests() => set_num_threads(Threads);

    public void Dispose() => set_num_threads(1); // as all other tests

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
    public void As_many_threads_take_part_as_libtorch_computes_with_and_it_computes_on()
    {
        var threads = new HashSet<int>();
        using var all = new Barrier(Threads);
        ComputeTeam.Run(Threads, _ =>
        {
            lock (threads)
                threads.Add(Environment.CurrentManagedThreadId);
            all.SignalAndWait(TimeSpan.FromSeconds(30)); // so that nobody does two parts
        });

        Assert.Equal(Threads, threads.Count);
        using var matrix = ones(1000, 1000);
        Assert.Equal(1e6f, matrix.sum().item<float>());
    }

    [Fact]
    public void A_part_that_throws_ends_the_call_with_its_exception_and_not_the_process()
    {
        var error = Assert.Throws<InvalidOperationException>(() => ComputeTeam.Run(100, part => throw new InvalidOperationException($"part {part}")));

        Assert.StartsWith("part ", error.Message);
        ComputeTeam.Run(1, _ => { });
    }
}
