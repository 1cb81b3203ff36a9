using System.IO.Hashing;
using System.Text;

namespace AnomalyLab.Data;

/// <summary>Shortens names of files that are named after others.</summary>
internal static class FileName
{
    private const int Longest = 200, Kept = 50; // bytes, of the 255 that file systems allow; characters

    /// <summary>The name; or, if an appended ending could make it too long for a file system, its beginning and a hash.</summary>
    public static string Shortened(string name)
    {
        if (Encoding.UTF8.GetByteCount(name) <= Longest)
            return name;
        var kept = char.IsHighSurrogate(name[Kept - 1]) ? Kept - 1 : Kept;
        return $"{name[..kept]}-{Convert.ToHexStringLower(XxHash3.Hash(Encoding.UTF8.GetBytes(name)))}";
    }
}
