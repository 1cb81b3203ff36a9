using System.Runtime.InteropServices;
using FastTorch.Memory;
using FastTorch.Threads;
using TorchSharp;

namespace FastTorch.Tests;

/// <summary>What is refused, each made to happen; where libtorch may not be loaded before, in a process of its own.</summary>
public sealed class StartupTests
{
    private delegate nint Allocating(nuint size);

    private delegate void Releasing(nint block);

    [Fact]
    public void It_sets_the_number_of_threads_and_keeps_memory_and_says_so_the_second_time_as_well()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Elsewhere it refuses, as another test shows.");
        var told = ChildProcess.Run(GetType(), nameof(Run_twice));

        var cores = ComputeThreads.PhysicalCores;
        Assert.Equal($"""
            threads: {cores}, one for each core
            memory of large tensors: kept for the next ones
            threads: {cores}, one for each core
            memory of large tensors: kept for the next ones
            {cores}

            """, told);
    }

    [Fact(Explicit = true)]
    public void Run_twice()
    {
        ChildProcess.Tell(Startup.Run());
        ChildProcess.Tell(Startup.Run());
        ChildProcess.Tell(torch.get_num_threads());
    }

    [Fact]
    public void On_another_system_nothing_is_done()
    {
        var report = Startup.Run(isLinux: false, isOff: false);
        Assert.All(report.Steps, step => Assert.Equal((false, "it is made for Linux; libtorch does as it likes here"), (step.IsDone, step.Detail)));
    }

    [Fact]
    public void Switched_off_nothing_is_done_and_no_model_is_trained_by_it()
    {
        var told = ChildProcess.Run(GetType(), nameof(Run_and_recognise), (Startup.Switch, "off"));
        Assert.Equal("""
            threads: unchanged, because the environment variable FASTTORCH switches it off
            memory of large tensors: unchanged, because the environment variable FASTTORCH switches it off
            the environment variable FASTTORCH switches it off

            """, told);
    }

    [Fact(Explicit = true)]
    public void Run_and_recognise()
    {
        ChildProcess.Tell(Startup.Run());
        using var model = torch.nn.Sequential(torch.nn.Conv2d(3, 16, kernel_size: 1), torch.nn.BatchNorm2d(16), torch.nn.ReLU());
        ChildProcess.Tell(FastModel.Of(model, out _)!.NotFused!);
    }

    [Fact]
    public void A_number_of_threads_that_somebody_chose_stays()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Elsewhere it refuses, as another test shows.");
        Assert.Contains("threads: unchanged, because OMP_NUM_THREADS says 3\n", ChildProcess.Run(GetType(), nameof(Run_twice), ("OMP_NUM_THREADS", "3")));
    }

    [Fact]
    public void After_libtorch_was_loaded_it_is_too_late_for_the_number_of_threads_but_not_for_memory()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Elsewhere it refuses, as another test shows.");
        var told = ChildProcess.Run(GetType(), nameof(Run_after_a_tensor));
        Assert.Matches(@"^threads: unchanged, because libtorch was loaded before and computes with \d+; torch\.set_num_threads\(\d+\) would make it one for each core\nmemory of large tensors: kept for the next ones\n$", told);
    }

    [Fact(Explicit = true)]
    public void Run_after_a_tensor()
    {
        using var before = torch.ones(3_000_000);
        ChildProcess.Tell(Startup.Run());
        Assert.Equal(3_000_000f, before.sum().item<float>());
    }

    [Fact]
    public void A_libtorch_from_another_folder_is_taken_as_it_is_or_left_alone()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Elsewhere it refuses, as another test shows.");
        Assert.Matches("^(1 copy: True|2 copies: False)\n$", ChildProcess.Run(GetType(), nameof(Load_a_copy_and_run)));
    }

    [Fact(Explicit = true)]
    public void Load_a_copy_and_run()
    {
        var folder = Directory.CreateTempSubdirectory("fasttorch-").FullName;
        try
        {
            var copy = Path.Combine(folder, "libc10.so");
            File.Copy(Path.Combine(AppContext.BaseDirectory, "libc10.so"), copy);
            NativeLibrary.Load(copy);
            var report = Startup.Run();
            var copies = LoadedLibrary.Find("libc10.so").Count;
            ChildProcess.Tell($"{copies} {(copies == 1 ? "copy" : "copies")}: {report.Steps[1].IsDone}");
            using var tensor = torch.ones(3_000_000);
            Assert.Equal(3_000_000f, tensor.sum().item<float>());
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void A_library_loaded_from_two_folders_is_left_alone()
    {
        Assert.SkipUnless(IsLinuxX64, "The fixtures are libraries for Linux on x86-64.");
        Assert.Matches("^memory of large tensors: unchanged, because libtorch is loaded more than once, from .*libc10.so and .*libc10.so\n$", ChildProcess.Run(GetType(), nameof(Load_two)));
    }

    [Fact(Explicit = true)]
    public void Load_two()
    {
        var folders = Enumerable.Range(0, 2).Select(_ => Directory.CreateTempSubdirectory("fasttorch-").FullName).ToArray();
        foreach (var folder in folders)
        {
            File.Copy(Fixture("imports.so"), Path.Combine(folder, "libc10.so"));
            NativeLibrary.Load(Path.Combine(folder, "libc10.so"));
        }
        ChildProcess.Tell(TensorMemory.Pool());
        foreach (var folder in folders)
            Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void A_table_of_calls_that_is_read_only_is_left_alone() => IsRefused("imports_now.so", "the table of calls of .*imports_now.so is read-only \\(RELRO\\)");

    [Fact]
    public void A_library_without_the_calls_is_left_alone() => IsRefused("imports_other.so", ".*imports_other.so does not call posix_memalign and free as it used to");

    [Fact]
    public void Where_there_is_no_such_library_nothing_is_done()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Elsewhere it refuses, as another test shows.");
        Assert.Equal("memory of large tensors: unchanged, because there is no libc10.so in this process\n", ChildProcess.Run(GetType(), nameof(Pool_without_libtorch)));
    }

    [Fact(Explicit = true)]
    public void Pool_without_libtorch() => ChildProcess.Tell(TensorMemory.Pool());

    [Fact]
    public void A_library_that_is_as_expected_gets_its_memory_from_the_pool()
    {
        Assert.SkipUnless(IsLinuxX64, "The fixtures are libraries for Linux on x86-64.");
        Assert.Equal("memory of large tensors: kept for the next ones\nthe same block\n", ChildProcess.Run(GetType(), nameof(Pool_the_fixture)));
    }

    [Fact(Explicit = true)]
    public void Pool_the_fixture()
    {
        ChildProcess.Tell(PoolOf("imports.so", out var allocate, out var release));
        var first = allocate(5 << 20);
        release(first);
        using var _ = torch.ones(1); // something else in between
        ChildProcess.Tell(allocate(5 << 20) == first ? "the same block" : "another block");
        release(first);
    }

    [Fact]
    public void A_file_that_is_no_64_bit_ELF_library_has_no_calls()
    {
        var bytes = GC.AllocateArray<byte>(64, pinned: true);
        Assert.Empty(ImportedCalls.Of(new LoadedLibrary("text", Marshal.UnsafeAddrOfPinnedArrayElement(bytes, 0))));
    }

    private static void IsRefused(string library, string reason)
    {
        Assert.SkipUnless(IsLinuxX64, "The fixtures are libraries for Linux on x86-64.");
        var step = PoolOf(library, out var allocate, out var release);
        Assert.False(step.IsDone);
        Assert.Matches($"^{reason}$", step.Detail);
        Assert.False(TensorMemory.IsPooled);
        release(allocate(5 << 20)); // as before
    }

    private static StartupStep PoolOf(string library, out Allocating allocate, out Releasing release)
    {
        var handle = NativeLibrary.Load(Fixture(library));
        allocate = Marshal.GetDelegateForFunctionPointer<Allocating>(NativeLibrary.GetExport(handle, "allocate"));
        release = Marshal.GetDelegateForFunctionPointer<Releasing>(NativeLibrary.GetExport(handle, "release"));
        return TensorMemory.Pool(Assert.Single(LoadedLibrary.Find(library)));
    }

    private static bool IsLinuxX64 => OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture == Architecture.X64;

    private static string Fixture(string name) => Path.Combine(AppContext.BaseDirectory, "Fixtures", name);
}
