using static TorchSharp.torch;

namespace AnomalyLab.Tests;

/// <summary>Compares tensors with references.</summary>
internal static class TensorAssert
{
    /// <summary>Each number is the expected one, up to a tolerance; the message names the one that is farthest off.</summary>
    public static void Close(float[] expected, Tensor actual, double tolerance)
    {
        var values = actual.contiguous().data<float>().ToArray();
        Assert.Equal(expected.Length, values.Length);
        var worst = Enumerable.Range(0, values.Length).MaxBy(i => Math.Abs(expected[i] - values[i]));
        Assert.True(Math.Abs(expected[worst] - values[worst]) <= tolerance, $"element {worst} is {values[worst]}, expected {expected[worst]}");
    }
}
