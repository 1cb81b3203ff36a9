using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using static TorchSharp.torch;

namespace FastTorch.Fused;

/// <summary>The type in which numbers are stored; computation is in 32 bits.</summary>
internal unsafe interface IStored
{
    /// <summary>How many numbers are read and written at once.</summary>
    const int Width = 16;

    /// <summary>How many numbers make a part, which one thread works on at a time: few enough for its caches, and a multiple of every possible number of channels.</summary>
    const long PartLength = 1 << 14;

    /// <summary>What libtorch calls it.</summary>
    static abstract ScalarType Type { get; }

    /// <param name="address">Of the first number of all.</param>
    /// <param name="index">Of the first to read.</param>
    static abstract Vector512<float> Load(nint address, long index);

    /// <param name="address">Of the first number of all.</param>
    /// <param name="index">Of the first to write.</param>
    /// <param name="values">What to write.</param>
    static abstract void Store(nint address, long index, Vector512<float> values);
}

/// <summary>In 32 bits.</summary>
internal readonly unsafe struct Fp32 : IStored
{
    /// <inheritdoc/>
    public static ScalarType Type => ScalarType.Float32;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load(nint address, long index) => Vector512.Load((float*)address + index);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(nint address, long index, Vector512<float> values) => values.Store((float*)address + index);
}

/// <summary>In bfloat16, the upper half of a float: rounded to the nearest; a tie goes to the even one.</summary>
internal readonly unsafe struct Bf16 : IStored
{
    /// <inheritdoc/>
    public static ScalarType Type => ScalarType.BFloat16;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load(nint address, long index) =>
        (Vector512.WidenLower(Vector256.Load((ushort*)address + index).ToVector512Unsafe()) << 16).AsSingle();

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(nint address, long index, Vector512<float> values)
    {
        var bits = values.AsUInt32();
        var rounded = (bits + Vector512.Create(0x7fffu) + (bits >> 16 & Vector512<uint>.One)) >> 16;
        Vector512.Narrow(rounded, rounded).GetLower().Store((ushort*)address + index);
    }
}
