using System.Runtime.InteropServices;
using FastTorch.Memory;
using TorchSharp;

namespace FastTorch.Tests.Memory;

public sealed unsafe class TensorMemoryTests
{
    // More than glibc keeps; an odd size, so that no other test's memory fits.
    private const long Size = 48_000_001;

    private const nuint Block = 1 << 20;

    [Fact]
    public void The_memory_of_a_large_tensor_serves_the_next_of_its_size_without_being_cleared_by_the_system()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only on Linux does libtorch's memory come from the pool.");
        ChildProcess.Run(GetType(), nameof(Ask_for_the_same_memory_twice));
    }

    [Fact(Explicit = true)]
    public void Ask_for_the_same_memory_twice()
    {
        Startup.Run();
        torch.ones(Size, dtype: torch.uint8).Dispose();
        using var next = torch.empty(Size, dtype: torch.uint8);
        Assert.Equal(1, next[Size - 1].item<byte>());
    }

    [Fact]
    public void Without_asking_memory_goes_back_to_the_system()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "What the C library does with it elsewhere is not known.");
        torch.ones(Size, dtype: torch.uint8).Dispose();
        using var next = torch.empty(Size, dtype: torch.uint8);
        Assert.Equal(0, next[Size - 1].item<byte>());
        Assert.False(TensorMemory.IsPooled);
    }

    [Fact]
    public void A_tensor_that_no_machine_can_hold_is_an_error_and_not_the_end_of_the_process()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only on Linux does libtorch's memory come from the pool.");
        ChildProcess.Run(GetType(), nameof(Ask_for_too_much));
    }

    [Fact(Explicit = true)]
    public void Ask_for_too_much()
    {
        Startup.Run();
        Assert.Contains("memory", Assert.Throws<ExternalException>(() => torch.empty(1L << 50)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_exception_in_the_pool_never_reaches_the_C_code_that_called_it()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only on Linux does libtorch's memory come from the pool.");
        ChildProcess.Run(GetType(), nameof(Fail_inside));
    }

    [Fact(Explicit = true)]
    public void Fail_inside()
    {
        Startup.Run();
        var broken = new MemoryPool(_ => throw new InvalidOperationException("broken"), _ => throw new InvalidOperationException("broken"));
        nint block;

        Assert.Equal(0, TensorMemory.Allocate(broken, &block, 64, Block)); // the system's
        *(long*)block = 42;
        TensorMemory.Free(broken, block);
        var loose = new MemoryPool(_ => 4711, _ => throw new InvalidOperationException("broken"));
        Assert.Equal(0, TensorMemory.Allocate(loose, &block, 64, Block));
        TensorMemory.Free(loose, block);
    }
}
