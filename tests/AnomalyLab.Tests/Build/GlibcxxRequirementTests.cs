using System.Numerics;
using System.Runtime.InteropServices;
using System.Text;
using AnomalyLab.Build;

namespace AnomalyLab.Tests.Build;

public sealed class GlibcxxRequirementTests
{
    private delegate int Answer();

    private static byte[] Needs => File.ReadAllBytes(Fixture.File("needs_glibcxx.so"));

    [Fact]
    public void Exactly_one_bit_changes()
    {
        byte[] before = Needs, after = Needs;
        Assert.True(GlibcxxRequirement.Weaken(after));
        Assert.Equal(1, before.Zip(after, (a, b) => BitOperations.PopCount((uint)(a ^ b))).Sum());
    }

    [Fact]
    public void The_second_time_nothing_changes()
    {
        var once = Needs;
        GlibcxxRequirement.Weaken(once);
        byte[] twice = [.. once];
        Assert.False(GlibcxxRequirement.Weaken(twice));
        Assert.Equal(once, twice);
    }

    [Fact]
    public void The_changed_library_loads_also_where_libstdcxx_lacks_the_version()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture == Architecture.X64, "The fixture is a library for Linux on x86-64.");
        using var folder = new TempFolder();
        // Two names: what is loaded once is not loaded again.
        string original = folder.File("original.so"), weakened = folder.File("weakened.so");
        var library = Needs;
        File.WriteAllBytes(original, library);
        GlibcxxRequirement.Weaken(library);
        File.WriteAllBytes(weakened, library);

        Assert.Equal(SystemHasTheVersion(), NativeLibrary.TryLoad(original, out _));
        var loaded = NativeLibrary.Load(weakened);
        var answer = Marshal.GetDelegateForFunctionPointer<Answer>(NativeLibrary.GetExport(loaded, "answer"));
        Assert.Equal(42, answer());
    }

    [Fact]
    public void A_text_file_is_refused() =>
        AssertRefused(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("This is no library.\n", 100))), "This is not a 64-bit little-endian ELF library; nothing was changed.");

    [Fact]
    public void A_32_bit_header_is_refused()
    {
        var library = Needs;
        library[4] = 1; // EI_CLASS: ELFCLASS32
        AssertRefused(library, "This is not a 64-bit little-endian ELF library; nothing was changed.");
    }

    [Fact]
    public void A_library_without_the_need_is_refused() =>
        AssertRefused(File.ReadAllBytes(Fixture.File("without_glibcxx.so")), "This library does not ask for GLIBCXX_3.4.32; nothing was changed.");

    [Fact]
    public void A_library_cut_off_anywhere_is_refused()
    {
        var whole = Needs;
        for (var length = 0; length < whole.Length; length++)
            AssertRefused(whole[..length], "This ELF library is cut off or damaged; nothing was changed.");
    }

    [Fact]
    public void The_version_is_found_only_in_a_libstdcxx_that_names_it()
    {
        using var folder = new TempFolder();
        var library = folder.File("libstdc++.so.6");
        Assert.False(GlibcxxRequirement.IsMetBy(folder.Path), "an empty folder");
        File.Copy(Fixture.File("without_glibcxx.so"), library);
        Assert.False(GlibcxxRequirement.IsMetBy(folder.Path), "a library with GLIBCXX_3.4 only");
        File.Copy(Fixture.File("needs_glibcxx.so"), library, overwrite: true);
        Assert.True(GlibcxxRequirement.IsMetBy("/no/such/folder", folder.Path), "a library with the version's name");
    }

    private static void AssertRefused(byte[] library, string message)
    {
        byte[] before = [.. library];
        Assert.Equal(message, Assert.Throws<InvalidDataException>(() => GlibcxxRequirement.Weaken(library)).Message);
        Assert.Equal(before, library);
    }

    /// <summary>Looks into the libstdc++ that this very process uses.</summary>
    private static bool SystemHasTheVersion()
    {
        NativeLibrary.Load("libstdc++.so.6");
        var file = File.ReadLines("/proc/self/maps").First(line => line.Contains("libstdc++.so.6"));
        return File.ReadAllText(file[file.IndexOf('/')..], Encoding.Latin1).Contains("GLIBCXX_3.4.32\0", StringComparison.Ordinal);
    }
}
