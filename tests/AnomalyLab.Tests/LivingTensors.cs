using static TorchSharp.torch;

namespace AnomalyLab.Tests;

/// <summary>Counts tensors of the whole process.</summary>
internal static class LivingTensors
{
    /// <summary>How many live, without those that other tests have left to the garbage collection, which would go in the middle of a count.</summary>
    public static long Count()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return Tensor.TotalCount;
    }
}
