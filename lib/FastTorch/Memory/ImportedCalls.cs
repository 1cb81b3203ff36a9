using System.Runtime.InteropServices;

namespace FastTorch.Memory;

/// <summary>Finds the functions of other libraries that a loaded library calls.</summary>
/// <remarks>ELF, 64 bit: https://refspecs.linuxfoundation.org/elf/gabi4+/ch5.dynamic.html.</remarks>
internal static unsafe class ImportedCalls
{
    private const uint Dynamic = 2; // PT_DYNAMIC

    /// <summary>The places where a library keeps the addresses of the functions it calls, by the functions' names.</summary>
    /// <param name="library">The library. If it is not a 64-bit little-endian ELF library, nothing is found.</param>
    public static Dictionary<string, nint> Of(LoadedLibrary library)
    {
        var start = (byte*)library.Base;
        var header = (ElfHeader*)start;
        if (header->Magic != 0x464c457f || header->Class != 2 || header->Order != 1)
            return [];
        var segments = (Segment*)(start + header->Segments);
        var dynamic = (Entry*)null;
        for (var i = 0; i < header->SegmentCount; i++)
        {
            if (segments[i].Type == Dynamic)
                dynamic = (Entry*)(start + segments[i].Address);
        }

        var table = new Dictionary<long, nint>();
        for (var entry = dynamic; entry != null && entry->Tag != 0; entry++)
            table[entry->Tag] = entry->Value;
        if (!table.TryGetValue(23, out var calls) || !table.TryGetValue(2, out var bytes)   // DT_JMPREL, DT_PLTRELSZ
            || !table.TryGetValue(6, out var symbols) || !table.TryGetValue(5, out var names)) // DT_SYMTAB, DT_STRTAB
        {
            return [];
        }

        var found = new Dictionary<string, nint>();
        foreach (var call in new ReadOnlySpan<Relocation>((void*)calls, (int)(bytes / sizeof(Relocation))))
        {
            var symbol = ((Symbol*)symbols)[call.Info >> 32];
            if (Marshal.PtrToStringUTF8(names + (nint)symbol.Name) is { } name)
                found[name] = (nint)(start + call.Offset);
        }
        return found;
    }

    [StructLayout(LayoutKind.Explicit, Size = 64)]
    private readonly struct ElfHeader
    {
        [FieldOffset(0)] public readonly uint Magic;
        [FieldOffset(4)] public readonly byte Class; // 2: 64 bits
        [FieldOffset(5)] public readonly byte Order; // 1: little-endian
        [FieldOffset(32)] public readonly ulong Segments;
        [FieldOffset(56)] public readonly ushort SegmentCount;
    }

    [StructLayout(LayoutKind.Explicit, Size = 56)]
    private readonly struct Segment
    {
        [FieldOffset(0)] public readonly uint Type;
        [FieldOffset(16)] public readonly ulong Address;
    }

    private readonly record struct Entry(long Tag, nint Value);

    [StructLayout(LayoutKind.Explicit, Size = 24)]
    private readonly struct Symbol
    {
        [FieldOffset(0)] public readonly uint Name;
    }

    private readonly record struct Relocation(long Offset, long Info, long Addend);
}
