using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace AnomalyLab.Native;

/// <summary>How many threads libtorch computes with.</summary>
/// <remarks>
/// One for each physical core that this process may use: two on one core share its arithmetic units and are slower than
/// one. The environment variable <c>OMP_NUM_THREADS</c> says another number before the start, and
/// <c>torch.set_num_threads</c> at any time. On other systems than Linux libtorch chooses.
/// </remarks>
public static partial class ComputeThreads
{
    /// <summary>Physical cores, at most as many as the process may use processors (affinity, the limits of a container).</summary>
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

    /// <summary>libtorch reads the variable from the C library's environment when it is loaded; .NET's own does not reach it.</summary>
    [ModuleInitializer]
    [SuppressMessage("Usage", "CA2255", Justification = "It has to come before libtorch is loaded, whoever loads it.")]
    internal static void Prepare()
    {
        if (!OperatingSystem.IsLinux())
            return;
        try
        {
            _ = setenv("OMP_NUM_THREADS", $"{PhysicalCores}", overwrite: 0);
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException or IOException)
        {
            // libtorch chooses.
        }
    }

    [LibraryImport("libc.so.6", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int setenv(string name, string value, int overwrite);
}
