using System.Runtime.InteropServices;
using AnomalyLab.Native;
using TorchSharp;

namespace AnomalyLab.Tests.Native;

public sealed class TensorMemoryTests
{
    // More than glibc keeps; an odd size, so that no other test's memory fits.
    private const long Size = 48_000_001;

    [Fact]
    public void The_memory_of_a_large_tensor_serves_the_next_of_its_size_without_being_cleared_by_the_system()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only on Linux does libtorch's memory come from the pool.");
        _ = Compute.Device;
        torch.ones(Size, dtype: torch.uint8).Dispose();
        using var next = torch.empty(Size, dtype: torch.uint8);

        Assert.Equal(1, next[Size - 1].item<byte>());
    }

    [Fact]
    public void A_tensor_that_no_machine_can_hold_is_an_error_and_not_the_end_of_the_process()
    {
        _ = Compute.Device;
        var error = Assert.Throws<ExternalException>(() => torch.empty(1L << 50));

        Assert.Contains("memory", error.Message, StringComparison.Ordinal);
    }
}
