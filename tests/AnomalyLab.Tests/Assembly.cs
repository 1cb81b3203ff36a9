using System.Runtime.CompilerServices;
using TorchSharp;
using Xunit.Sdk;
using Xunit.v3;

// libtorch has one random generator for all threads.
[assembly: Parallelization(Mode = ParallelMode.None)]

namespace AnomalyLab.Tests;

internal static class Assembly
{
    /// <summary>One thread: on a busy machine, several that wait for each other make small tensors many times slower.</summary>
    [ModuleInitializer]
    internal static void UseOneThread() => torch.set_num_threads(1);
}
