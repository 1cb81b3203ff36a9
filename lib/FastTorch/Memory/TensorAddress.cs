using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace FastTorch.Memory;

/// <summary>Where a tensor's numbers lie.</summary>
internal static unsafe class TensorAddress
{
    /// <summary>The address of the first number; the others follow in the order in which they are stored.</summary>
    /// <param name="tensor">On the processor. Who uses the address keeps the tensor alive meanwhile.</param>
    public static nint Address(this Tensor tensor)
    {
        using var all = tensor.detach();
        using var first = all.as_strided([1], [1]); // a span of all would end at 2 GiB
        return (nint)Unsafe.AsPointer(ref MemoryMarshal.GetReference(first.bytes));
    }
}
