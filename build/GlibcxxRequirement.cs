#if !NET
using System;
using System.IO;
using System.Linq;
#endif
using System.Text;

namespace AnomalyLab.Build;

/// <summary>
/// Lets TorchSharp's <c>libLibTorchSharp.so</c> load on systems whose libstdc++ is older than the one it was linked
/// with (Debian 12, Ubuntu 22.04). It asks for the symbol version <c>GLIBCXX_3.4.32</c>, but the only symbol that
/// carries it is never called; marking the version need as weak makes the loader accept its absence.
/// </summary>
/// <remarks>
/// This file is compiled twice: into the tests, and by MSBuild as an inline task (Directory.Build.targets), which
/// is why it keeps to what .NET Standard 2.0 knows. Layout of the records: "Symbol Versioning" in the Linux Standard
/// Base, section 10.7 (Elfxx_Verneed, Elfxx_Vernaux).
/// </remarks>
internal static class GlibcxxRequirement
{
    /// <summary>The version that TorchSharp 0.107 asks for.</summary>
    public const string Version = "GLIBCXX_3.4.32";

    private const int SectionVersionNeeds = 0x6ffffffe; // SHT_GNU_verneed
    private const byte WeakFlag = 0x2; // VER_FLG_WEAK

    /// <summary>Marks the need for <see cref="Version"/> as weak, in place. One bit changes, and only once.</summary>
    /// <param name="library">The whole file of a 64-bit little-endian ELF library.</param>
    /// <returns>Whether the bit was changed; <c>false</c> where it was set before.</returns>
    /// <exception cref="InvalidDataException">The bytes are no such library, or it does not ask for the version.</exception>
    public static bool Weaken(byte[] library)
    {
        var flags = FindFlags(library);
        if ((library[flags] & WeakFlag) != 0)
            return false;
        library[flags] |= WeakFlag;
        return true;
    }

    /// <summary>Whether one of this system's libstdc++ libraries offers <see cref="Version"/>.</summary>
    /// <param name="folders">Where to look for <c>libstdc++.so.6</c>.</param>
    public static bool IsMetBy(params string[] folders)
    {
        var name = Encoding.ASCII.GetBytes(Version + "\0");
        return folders.Select(folder => Path.Combine(folder, "libstdc++.so.6"))
            .Any(file => File.Exists(file) && Contains(File.ReadAllBytes(file), name));
    }

    private static int FindFlags(byte[] library)
    {
        try
        {
            if (BitConverter.ToUInt32(library, 0) != 0x464c457f || library[4] != 2 || library[5] != 1)
                throw new InvalidDataException("This is not a 64-bit little-endian ELF library; nothing was changed.");

            var sections = BitConverter.ToInt64(library, 0x28);
            int size = BitConverter.ToUInt16(library, 0x3a), count = BitConverter.ToUInt16(library, 0x3c);
            if (sections + (long)count * size > library.Length)
                throw new EndOfStreamException();
            int Section(int index) => checked((int)(sections + index * size));

            for (var i = 0; i < count; i++)
            {
                var section = Section(i);
                if (BitConverter.ToInt32(library, section + 4) != SectionVersionNeeds)
                    continue;
                var names = FileOffset(library, Section(BitConverter.ToInt32(library, section + 40)));
                if (FindFlags(library, FileOffset(library, section), names) is int found)
                    return found;
            }
        }
        catch (Exception e) when (e is ArgumentException or IndexOutOfRangeException or OverflowException or EndOfStreamException)
        {
            throw new InvalidDataException("This ELF library is cut off or damaged; nothing was changed.", e);
        }
        throw new InvalidDataException("This library does not ask for " + Version + "; nothing was changed.");
    }

    private static int? FindFlags(byte[] library, int need, int names)
    {
        var version = Encoding.ASCII.GetBytes(Version + "\0");
        while (true)
        {
            var entry = need + BitConverter.ToInt32(library, need + 8);
            for (int left = BitConverter.ToUInt16(library, need + 2); left > 0; left--)
            {
                if (Matches(library, names + BitConverter.ToInt32(library, entry + 8), version))
                    return entry + 4;
                entry += BitConverter.ToInt32(library, entry + 12);
            }
            var next = BitConverter.ToInt32(library, need + 12);
            if (next <= 0)
                return null;
            need += next;
        }
    }

    private static int FileOffset(byte[] library, int section) =>
        checked((int)BitConverter.ToInt64(library, section + 24));

    private static bool Contains(byte[] bytes, byte[] part)
    {
        for (var at = Array.IndexOf(bytes, part[0]); at >= 0; at = Array.IndexOf(bytes, part[0], at + 1))
        {
            if (Matches(bytes, at, part))
                return true;
        }
        return false;
    }

    private static bool Matches(byte[] bytes, int at, byte[] part)
    {
        if (at + part.Length > bytes.Length)
            return false;
        for (var i = 0; i < part.Length; i++)
        {
            if (bytes[at + i] != part[i])
                return false;
        }
        return true;
    }
}

#if !NET
/// <summary>The build step: weakens the copy in the output folder, only where the system needs it.</summary>
public sealed class WeakenGlibcxxRequirement : Microsoft.Build.Utilities.Task
{
    /// <summary>The copied <c>libLibTorchSharp.so</c>.</summary>
    [Microsoft.Build.Framework.Required]
    public string Library { get; set; } = "";

    /// <inheritdoc/>
    public override bool Execute()
    {
        if (GlibcxxRequirement.IsMetBy("/usr/lib/x86_64-linux-gnu", "/lib/x86_64-linux-gnu", "/usr/lib64", "/lib64", "/usr/lib", "/lib"))
            return true;
        try
        {
            var bytes = File.ReadAllBytes(Library);
            if (!GlibcxxRequirement.Weaken(bytes))
                return true;
            // A new file beside, then renamed: the old one may be a hard link into the package cache, or in use.
            var time = File.GetLastWriteTimeUtc(Library);
            var patched = Library + ".patched";
            File.WriteAllBytes(patched, bytes);
            File.SetLastWriteTimeUtc(patched, time); // so that the next build sees no change to copy again
            File.Delete(Library);
            File.Move(patched, Library);
            Log.LogMessage(Microsoft.Build.Framework.MessageImportance.Normal, Library + ": need for " + GlibcxxRequirement.Version + " marked weak");
            return true;
        }
        catch (Exception e) when (e is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            Log.LogError(Library + ": " + e.Message);
            return false;
        }
    }
}
#endif
