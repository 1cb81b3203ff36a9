using System.Runtime.CompilerServices;
using TorchSharp;
using Xunit.Sdk;
using Xunit.v3;

// libtorch has one random generator for all threads.
[assembly: Parallelization(Mode = ParallelMode.None)]

namespace FastTorch.Tests;

internal static class Assembly
{
    /// <summary>One thread: on a busy machine, several that wait for each other make small tensors many times slower.</summary>
    [ModuleInitializer]
    internal static void UseOneThread()
    {
        if (!ChildProcess.IsChild) // there libtorch has not to be loaded yet
            torch.set_num_threads(1);
    }
}
