using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace FastTorch.Memory;

/// <summary>Gives the address of a tensor's numbers.</summary>
internal static unsafe class TensorAddress
{
    /// <summary>The address of the first number; the others follow in storage order.</summary>
    /// <param name="tensor">A tensor on the processor. Keep it alive while the address is used.</param>
    public static nint Address(this Tensor tensor)
    {
        using var all = tensor.detach();
        using var first = all.as_strided([1], [1]); // a span cannot be longer than 2 GiB
        return (nint)Unsafe.AsPointer(ref MemoryMarshal.GetReference(first.bytes));
    }
}
