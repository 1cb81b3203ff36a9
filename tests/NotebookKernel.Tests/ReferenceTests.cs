namespace NotebookKernel.Tests;

public sealed class ReferenceTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_referenced_library_brings_the_dependency_beside_it(bool isDocumented)
    {
        var dependency = Library.Compile(folder["lib"], "Numbers", "namespace Numbers; public record Whole(int Value); public static class Make { public static Whole Seven => new(7); }");
        Library.Compile(folder["lib"], "Sums", "namespace Sums; public static class Sum { public static Numbers.Whole Of(Numbers.Whole a, Numbers.Whole b) => new(a.Value + b.Value); }", dependency);
        if (isDocumented)
            File.WriteAllText(folder["lib/Sums.xml"], "<doc />");

        var run = await Run.Cells(
            folder["notebooks"],
            "#r \"../lib/Sums.dll\"\nusing Sums;\nusing Numbers;\nvar sum = Sum.Of(Make.Seven, new Whole(1));",
            "sum.Value",
            "new Whole(3).Value");

        Assert.Equal(("8", "3"), (run.Succeeded().Shown(1), run.Shown(2)));
    }

    [Fact]
    public async Task A_native_library_loads_from_beside_the_referenced_one()
    {
        // .NET's own, under a name that nothing else on the system has.
        var (prefix, extension) = OperatingSystem.IsWindows() ? ("", ".dll") : ("lib", OperatingSystem.IsMacOS() ? ".dylib" : ".so");
        var runtime = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        Directory.CreateDirectory(folder["lib"]);
        File.Copy(Path.Combine(runtime, $"{prefix}System.IO.Compression.Native{extension}"), folder[$"lib/{prefix}beside{extension}"]);
        Library.Compile(folder["lib"], "Checksums", """
            using System.Runtime.InteropServices;
            public static unsafe class Crc32
            {
                [DllImport("beside")] private static extern uint CompressionNative_Crc32(uint crc, byte* buffer, int length);
                public static uint Of(byte[] bytes) { fixed (byte* start = bytes) return CompressionNative_Crc32(0, start, bytes.Length); }
            }
            """);

        var run = await Run.Cells(folder["notebooks"], "#r \"../lib/Checksums.dll\"\nCrc32.Of(\"123456789\"u8.ToArray()).ToString(\"x\")");

        Assert.Equal("cbf43926", run.Succeeded().Shown(0)); // the check value of CRC-32
    }

    [Theory]
    [InlineData("Course.slnx")]
    [InlineData("Course.sln")]
    public async Task A_library_that_is_not_built_yet_is_named_with_the_command_that_builds_it(string solution)
    {
        folder.Write(solution, "");
        Directory.CreateDirectory(folder["notebooks"]);

        var run = await Run.Cells(folder["notebooks"], "// first\n#r \"../artifacts/lib/Course.dll\"\nusing Course;");

        var error = run.Finished.Failure!.Error;
        Assert.Equal($"\"../artifacts/lib/Course.dll\" does not exist: run \"dotnet build\" once in the folder \"..\", where {solution} is, and then this notebook again.", error.Message);
        Assert.Equal(("MissingFile", 2), (error.Name, error.Line));
    }

    [Fact]
    public async Task An_assembly_of_dotnet_is_referenced_by_its_name()
    {
        var run = await Run.Cells(folder.Path, "#r \"System.Xml.XDocument\"\nnew System.Xml.Linq.XElement(\"a\").ToString()");

        Assert.Equal("<a />", run.Succeeded().Shown(0));
    }
}
