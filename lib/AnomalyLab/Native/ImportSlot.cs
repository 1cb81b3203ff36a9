using System.Runtime.InteropServices;

namespace AnomalyLab.Native;

/// <summary>Where a loaded library keeps the address of a function that it calls in another library, on 64-bit Linux.</summary>
/// <remarks>
/// ELF-64 Object File Format, "Program header", "Dynamic table", "Relocations"; System V ABI for AMD64, section 5.2
/// (the procedure linkage table's part of the global offset table).
/// </remarks>
internal static unsafe class ImportSlot
{
    private const int ProgramHeadersAt = 32, ProgramHeaderSizeAt = 54, ProgramHeaderCountAt = 56; // in the file's header
    private const int Dynamic = 2; // PT_DYNAMIC
    private const long SlotsSize = 2, Strings = 5, Symbols = 6, Slots = 23; // DT_PLTRELSZ, DT_STRTAB, DT_SYMTAB, DT_JMPREL
    private const int RelocationSize = 24, SymbolSize = 24;

    /// <summary>Finds the slot of a function.</summary>
    /// <param name="library">The calling library's file name, such as <c>libc10.so</c>.</param>
    /// <param name="function">The called function's name.</param>
    /// <returns>The place that holds the function's address; <c>null</c> if the library is not loaded or has no such slot.</returns>
    public static nint* Find(string library, string function)
    {
        if (BaseOf(library) is not { } start)
            return null;
        var file = (byte*)start;
        byte* Loaded(long address) => address > start ? (byte*)address : file + address; // glibc makes them absolute, musl does not

        Dictionary<long, long> entries = [];
        for (var i = 0; i < *(ushort*)(file + ProgramHeaderCountAt); i++)
        {
            var header = file + *(long*)(file + ProgramHeadersAt) + i * *(ushort*)(file + ProgramHeaderSizeAt);
            if (*(int*)header != Dynamic)
                continue;
            for (var entry = (long*)(file + *(long*)(header + 16)); entry[0] != 0; entry += 2)
                entries[entry[0]] = entry[1];
        }
        if (!entries.TryGetValue(Slots, out var slots) || !entries.TryGetValue(SlotsSize, out var size))
            return null;

        for (var relocation = Loaded(slots); relocation < Loaded(slots) + size; relocation += RelocationSize)
        {
            var symbol = Loaded(entries[Symbols]) + *(uint*)(relocation + 12) * SymbolSize;
            if (Marshal.PtrToStringUTF8((nint)(Loaded(entries[Strings]) + *(uint*)symbol)) == function)
                return (nint*)(file + *(long*)relocation);
        }
        return null;
    }

    private static long? BaseOf(string library)
    {
        foreach (var line in File.ReadLines("/proc/self/maps"))
        {
            var parts = line.Split(' ', StringSplitOptions.RemoveEmptyEntries); // from-to, rights, offset, device, inode, path
            if (parts.Length > 5 && parts[2].All(digit => digit == '0') && Path.GetFileName(parts[5]) == library)
                return Convert.ToInt64(parts[0].Split('-')[0], 16);
        }
        return null;
    }
}
