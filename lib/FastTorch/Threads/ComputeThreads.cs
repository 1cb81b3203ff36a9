using System.Runtime.InteropServices;
using FastTorch.Memory;
using TorchSharp;

namespace FastTorch.Threads;

/// <summary>How many threads libtorch computes with.</summary>
public static partial class ComputeThreads
{
    private const string Variable = "OMP_NUM_THREADS";

    /// <summary>The number of physical cores, but no more than the processors that the process may use (affinity, container limits).</summary>
    public static int PhysicalCores
    {
        get
        {
            const string Folder = "/sys/devices/system/cpu";
            var siblings = new HashSet<string>();
            for (var cpu = 0; File.Exists($"{Folder}/cpu{cpu}/topology/thread_siblings_list"); cpu++)
                siblings.Add(File.ReadAllText($"{Folder}/cpu{cpu}/topology/thread_siblings_list"));
            return siblings.Count == 0 ? Environment.ProcessorCount : Math.Min(siblings.Count, Environment.ProcessorCount);
        }
    }

    /// <summary>
    /// Sets one thread per physical core: two on one core share its arithmetic units and are slower than one. libtorch reads the
    /// number from the C library's environment when it is loaded; changes to .NET's environment do not reach it.
    /// </summary>
    internal static StartupStep Choose()
    {
        const string What = "threads";
        try
        {
            if (getenv(Variable) is not 0 and var set)
                return new(What, false, $"{Variable} says {Marshal.PtrToStringUTF8(set)}");
            if (LoadedLibrary.Find("libtorch_cpu.so").Count > 0)
                return new(What, false, $"libtorch was loaded before and computes with {torch.get_num_threads()}; torch.set_num_threads({PhysicalCores}) would make it one for each core");
            var cores = PhysicalCores;
            return setenv(Variable, $"{cores}", overwrite: 0) == 0
                ? new(What, true, $"{cores}, one for each core")
                : new(What, false, $"the environment has no room for {Variable}");
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException or IOException or UnauthorizedAccessException)
        {
            return new(What, false, $"{e.Message.TrimEnd('.')}; libtorch chooses");
        }
    }

    [LibraryImport("libc.so.6", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint getenv(string name);

    [LibraryImport("libc.so.6", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int setenv(string name, string value, int overwrite);
}
