using AnomalyLab.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace AnomalyLab.Tests.Models;

public sealed class PatchSampleTests : IDisposable
{
    private readonly DisposeScope scope = NewDisposeScope();

    public void Dispose() => scope.Dispose();

    [Fact]
    public void Few_patches_are_all_kept()
    {
        using var sample = new PatchSample(100, seed: 0);
        Assert.True(sample.IsEmpty);
        var patches = randn(60, 4);
        sample.Add(patches[..25]);
        sample.Add(patches[25..]);
        Assert.True(patches.Equals(sample.Rows));
    }

    [Fact]
    public void Of_many_the_first_and_the_last_are_as_likely()
    {
        // 100 of 10,000, in batches of different sizes, thirty times: each tenth should hold a tenth.
        var tenths = new int[10];
        for (var seed = 0; seed < 30; seed++)
        {
            using var sample = new PatchSample(100, seed);
            var all = arange(10_000, float32).unsqueeze(1);
            for (int from = 0, size = 1; from < 10_000; from += size, size = size * 2 % 997 + 1)
                sample.Add(all[from..Math.Min(from + size, 10_000)]);
            Assert.Equal(100, sample.Rows.shape[0]);
            foreach (var row in sample.Rows.data<float>())
                tenths[(int)row / 1000]++;
        }
        // 300 each on average, with a standard deviation of 16.
        Assert.All(tenths, count => Assert.InRange(count, 300 - 80, 300 + 80));
    }

    [Fact]
    public void A_seed_decides_which()
    {
        var all = randn(1000, 2);
        Tensor Rows(int seed)
        {
            using var sample = new PatchSample(50, seed);
            sample.Add(all);
            return sample.Rows.clone();
        }
        Assert.True(Rows(1).Equals(Rows(1)));
        Assert.False(Rows(1).Equals(Rows(2)));
    }
}
