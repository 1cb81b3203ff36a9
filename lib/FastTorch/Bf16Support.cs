using System.Runtime.Intrinsics.X86;

namespace FastTorch;

/// <summary>Whether bfloat16 is fast on this processor.</summary>
public static class Bf16Support
{
    /// <summary>Whether it has instructions for bfloat16: AVX-512 BF16 (CPUID leaf 7.1, EAX bit 5) or AMX-BF16 (leaf 7.0, EDX bit 22).</summary>
    /// <remarks>Intel SDM, volume 2A, CPUID.</remarks>
    public static bool IsFast =>
        Avx512F.IsSupported && ((X86Base.CpuId(7, 1).Eax & 1 << 5) != 0 || (X86Base.CpuId(7, 0).Edx & 1 << 22) != 0);
}
