using FastTorch.Memory;
using FastTorch.Threads;
using TorchSharp;

namespace FastTorch;

/// <summary>What FastTorch changes about the process, and only when it is asked to.</summary>
public static class Startup
{
    /// <summary>The environment variable that, with the value <c>off</c>, switches FastTorch off: both this class and <see cref="FastModel"/>.</summary>
    public const string Switch = "FASTTORCH";

    private static readonly Lock Gate = new();
    private static StartupReport? done;

    /// <summary>Whether <see cref="Switch"/> is set to <c>off</c>.</summary>
    public static bool IsOff => Environment.GetEnvironmentVariable(Switch) is "off" or "0";

    /// <summary>
    /// Makes libtorch compute with one thread per core and reuse the memory of large tensors. It loads libtorch, so call it
    /// before anything else does. What is not possible is left as it is, and reported with the reason.
    /// </summary>
    /// <returns>What was done, and what was not and why. Later calls change nothing and return the same report.</returns>
    public static StartupReport Run()
    {
        lock (Gate)
            return done ??= Run(OperatingSystem.IsLinux(), IsOff);
    }

    internal static StartupReport Run(bool isLinux, bool isOff)
    {
        if (isOff)
            return Refused($"the environment variable {Switch} switches it off");
        if (!isLinux)
            return Refused("it is made for Linux; libtorch does as it likes here");
        var threads = ComputeThreads.Choose();
        return new([threads, LoadLibtorch() is { } error ? new(TensorMemory.What, false, error) : TensorMemory.Pool()]);
    }

    private static StartupReport Refused(string reason) => new([new("threads", false, reason), new(TensorMemory.What, false, reason)]);

    private static string? LoadLibtorch()
    {
        try
        {
            torch.InitializeDeviceType(DeviceType.CPU);
            return null;
        }
        catch (Exception e) when (e is DllNotFoundException or InvalidOperationException or NotSupportedException or TypeInitializationException)
        {
            return $"libtorch cannot be loaded ({e.GetBaseException().Message.Split('\n')[0].TrimEnd('.')})";
        }
    }
}

/// <summary>What <see cref="Startup.Run()"/> did.</summary>
/// <param name="Steps">Each thing it does, done or not.</param>
public sealed record StartupReport(IReadOnlyList<StartupStep> Steps)
{
    /// <returns>A line for each step.</returns>
    public override string ToString() => string.Join('\n', Steps);
}

/// <summary>One thing that <see cref="Startup.Run()"/> does.</summary>
/// <param name="What">What it is.</param>
/// <param name="IsDone">Whether it was done.</param>
/// <param name="Detail">How, or why not.</param>
public sealed record StartupStep(string What, bool IsDone, string Detail)
{
    /// <returns>One line.</returns>
    public override string ToString() => IsDone ? $"{What}: {Detail}" : $"{What}: unchanged, because {Detail}";
}
