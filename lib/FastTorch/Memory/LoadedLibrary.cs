namespace FastTorch.Memory;

/// <summary>A library that this process has loaded, from Linux's <c>/proc/self/maps</c>.</summary>
/// <param name="Path">Its file.</param>
/// <param name="Base">Where its first byte lies.</param>
internal sealed record LoadedLibrary(string Path, nint Base)
{
    /// <summary>All loaded libraries with a file name: several if it was loaded from several folders, none on other systems.</summary>
    /// <param name="fileName">Such as <c>libc10.so</c>.</param>
    public static IReadOnlyList<LoadedLibrary> Find(string fileName) =>
        [.. Maps().Where(map => map.Offset == 0 && System.IO.Path.GetFileName(map.File) == fileName).DistinctBy(map => map.File).Select(map => new LoadedLibrary(map.File, map.From))];

    /// <summary>Whether the process may write at an address.</summary>
    public static bool IsWritable(nint address) => Maps().Any(map => map.From <= address && address < map.To && map.Rights[1] == 'w');

    // A line looks like this: 7f12000-7f13000 rw-p 00001000 08:01 12345   /usr/lib/libc.so.6
    private static IEnumerable<(nint From, nint To, string Rights, long Offset, string File)> Maps()
    {
        if (!OperatingSystem.IsLinux())
            yield break;
        foreach (var line in File.ReadAllLines("/proc/self/maps"))
        {
            var parts = line.Split(' ', 6, StringSplitOptions.RemoveEmptyEntries);
            var range = parts[0].Split('-');
            yield return ((nint)Convert.ToUInt64(range[0], 16), (nint)Convert.ToUInt64(range[1], 16), parts[1], Convert.ToInt64(parts[2], 16), parts.Length > 5 ? parts[5].Trim() : "");
        }
    }
}
