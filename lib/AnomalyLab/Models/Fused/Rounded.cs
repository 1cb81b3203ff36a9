using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace AnomalyLab.Models.Fused;

/// <summary>Numbers that lie in memory in bfloat16, the upper half of a float, and are computed with in 32 bits.</summary>
internal static unsafe class Rounded
{
    /// <summary>How many numbers are read and written at once.</summary>
    public const int Width = 16;

    /// <param name="address">Of the first number of all.</param>
    /// <param name="index">Of the first to read.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load(nint address, long index) =>
        (Vector512.WidenLower(Vector256.Load((ushort*)address + index).ToVector512Unsafe()) << 16).AsSingle();

    /// <summary>Rounds to the nearest, of two that are as near to the even one.</summary>
    /// <param name="address">Of the first number of all.</param>
    /// <param name="index">Of the first to write.</param>
    /// <param name="values">What to write.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(nint address, long index, Vector512<float> values)
    {
        var bits = values.AsUInt32();
        var rounded = (bits + Vector512.Create(0x7fffu) + (bits >> 16 & Vector512<uint>.One)) >> 16;
        Vector512.Narrow(rounded, rounded).GetLower().Store((ushort*)address + index);
    }
}
