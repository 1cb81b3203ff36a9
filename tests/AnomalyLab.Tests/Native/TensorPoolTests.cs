using AnomalyLab.Native;
using TorchSharp;

namespace AnomalyLab.Tests.Native;

public sealed unsafe class TensorPoolTests
{
    public TensorPoolTests()
    {
        using var loaded = torch.zeros(1);
        Assert.SkipUnless(TensorPool.Use(), "Only Linux on x64 needs it.");
    }

    [Fact]
    public void The_memory_of_a_large_tensor_that_was_freed_is_the_next_ones_of_its_size()
    {
        using var much = torch.ones(1 << 24); // a quarter of what is in use may be kept
        nint first;
        using (var tensor = torch.ones(1_234_567))
            first = AddressOf(tensor);
        using var other = torch.ones(1_300_000);
        using var same = torch.ones(1_234_567);
        using var again = torch.ones(1_234_567);

        Assert.NotEqual(first, AddressOf(other));
        Assert.Equal(first, AddressOf(same));
        Assert.NotEqual(first, AddressOf(again));
        Assert.Equal(1_234_567, same.sum().item<float>());
    }

    [Fact]
    public void Sizes_that_never_come_again_are_not_kept_for_ever()
    {
        long Resident() => long.Parse(File.ReadLines("/proc/self/status").First(l => l.StartsWith("VmRSS", StringComparison.Ordinal)).Split(' ')[^2]) / 1024;
        const int Mebibyte = 1 << 18; // floats
        torch.ones(64 * Mebibyte).Dispose();
        var before = Resident();
        for (var i = 0; i < 60; i++)
            torch.ones(16 * Mebibyte + i).Dispose(); // 16 MiB each, 960 in all

        Assert.True(Resident() < before + 200, $"from {before} to {Resident()} MiB");
    }

    [Fact]
    public void More_memory_than_there_is_stays_an_exception() =>
        Assert.ThrowsAny<Exception>(() => torch.empty(1L << 50));

    private static nint AddressOf(torch.Tensor tensor)
    {
        fixed (byte* start = tensor.bytes)
            return (nint)start;
    }
}
