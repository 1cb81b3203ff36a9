using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using NotebookKernel.Sessions;

namespace NotebookKernel.Tests.Packages;

public sealed class PackageTests : IDisposable
{
    private const string Seven = "namespace Numbers; public static class Make { public static int Seven => 7; }";

    private readonly PackageFeed feed = new();

    public void Dispose() => feed.Dispose();

    [Fact]
    public async Task A_cell_uses_a_package_of_the_registry()
    {
        using var folder = new TemporaryFolder();

        // The kernel itself brings an older Humanizer, which must not get in the way.
        var run = await Run.Cells(folder.Path, "#r \"nuget: Humanizer.Core, 3.0.10\"\nusing Humanizer;\n\"WhatIsANetwork\".Humanize()", "3.ToWords()");

        Assert.Equal("Packages: Humanizer.Core 3.0.10", Run.Text(run.Succeeded().Outputs(0)[0]!["data"]!["text/plain"]));
        Assert.Equal(("What is a network", "three"), (run.Shown(0), run.Shown(1)));
    }

    [Fact]
    public async Task Native_libraries_of_the_registrys_packages_load()
    {
        using var folder = new TemporaryFolder();

        var run = await Run.Cells(
            folder.Path,
            "#r \"nuget: SkiaSharp, 4.155.0\"\n#r \"nuget: SkiaSharp.NativeAssets.Linux.NoDependencies, 4.155.0\"\nusing SkiaSharp;",
            "new SKBitmap(2, 3).ByteCount");

        Assert.Equal("24", run.Succeeded().Shown(1));
    }

    [Fact]
    public async Task A_native_library_is_found_under_its_short_name()
    {
        var (prefix, extension) = OperatingSystem.IsWindows() ? ("", ".dll") : ("lib", OperatingSystem.IsMacOS() ? ".dylib" : ".so");
        using var folder = new TemporaryFolder();
        var native = folder[$"{prefix}inside{extension}"];
        File.Copy(Path.Combine(Path.GetDirectoryName(typeof(object).Assembly.Location)!, $"{prefix}System.IO.Compression.Native{extension}"), native);
        feed.Add("Checksums", "1.0.0", """
            public static unsafe class Crc32
            {
                [System.Runtime.InteropServices.DllImport("inside")] private static extern uint CompressionNative_Crc32(uint crc, byte* buffer, int length);
                public static uint Of(byte[] bytes) { fixed (byte* start = bytes) return CompressionNative_Crc32(0, start, bytes.Length); }
            }
            """, nativeLibrary: native);

        var run = await Run.Cells(feed.Notebooks, "#r \"nuget: Checksums\"", "Crc32.Of(\"123456789\"u8.ToArray()).ToString(\"x\")");

        Assert.Equal("cbf43926", run.Succeeded().Shown(1)); // the check value of CRC-32
    }

    [Fact]
    public async Task Without_a_version_the_newest_is_taken_and_named_and_stays()
    {
        feed.Add("Numbers", "1.0.0", Seven);
        feed.Add("Numbers", "1.1.0", Seven);
        feed.Add("Numbers", "1.2.0", Seven);
        feed.Add("Numbers", "2.0.0-beta", Seven);
        feed.Add("Sums", "1.0.0", "public static class Sum { public static int Of(int a, int b) => a + b; }", dependency: ("Numbers", "1.1.0"));

        var run = await Run.Cells(
            feed.Notebooks,
            "#r \"nuget:Numbers\"",
            "#r \"nuget: Sums,1.0.0\"\nSum.Of(1, Numbers.Make.Seven)",
            "#r \"nuget: numbers, 1.*\"\n#r \"nuget: Numbers\"\nNumbers.Make.Seven",
            "#r \"nuget: Numbers, 1.1.0\"");

        Assert.Equal(("Packages: Numbers 1.2.0", "8", "7"), (run.Shown(0), run.Shown(1), run.Shown(2)));
        Assert.Equal(
            "Numbers 1.2.0 is loaded already, and a running kernel keeps what it has loaded. Restart the kernel to use Numbers 1.1.0, or ask for 1.2.0.",
            run.Finished.Failure?.Error.Message);
    }

    [Fact]
    public async Task A_package_that_needs_a_newer_one_than_is_loaded_is_refused_with_both_versions()
    {
        feed.Add("Numbers", "1.0.0", Seven);
        feed.Add("Numbers", "2.0.0", Seven);
        feed.Add("Sums", "1.0.0", "public static class Sum;", dependency: ("Numbers", "2.0.0"));

        var run = await Run.Cells(feed.Notebooks, "#r \"nuget: Numbers, 1.0.0\"", "// later\n#r \"nuget: Sums, 1.0.0\"");

        Assert.Equal(
            ("Sums 1.0.0 cannot be loaded: Numbers 2.0.0 is needed, and 1.0.0 is asked for or loaded already. Restart the kernel, and ask for all packages in one cell, in versions that go together.", 2),
            (run.Finished.Failure?.Error.Message, run.Finished.Failure?.Error.Line));
    }

    [Fact]
    public async Task A_library_that_is_referenced_already_is_used_and_another_version_of_it_refused()
    {
        feed.Add("Numbers", "1.0.0", Seven);
        feed.Add("Numbers", "2.0.0", Seven);
        Library.Compile(feed.Notebooks, "Numbers", $"[assembly: System.Reflection.AssemblyVersion(\"1.0.0.0\")]\n{Seven}");

        var run = await Run.Cells(feed.Notebooks, "#r \"Numbers.dll\"\nNumbers.Make.Seven", "#r \"nuget: Numbers, 1.0.0\"\nNumbers.Make.Seven", "#r \"nuget: Numbers, 2.0.0\"");

        Assert.Equal("7", run.Shown(1));
        Assert.Equal("Numbers 2.0.0 cannot be loaded: an earlier #r has brought Numbers 1.0.0.0. Use that one, without this line.", run.Finished.Failure?.Error.Message);
    }

    [Fact]
    public async Task An_assembly_of_a_package_may_load_another_one_by_its_short_name()
    {
        feed.Add("Numbers", "1.0.0", Seven);
        feed.Add("Sums", "1.0.0", "public static class Late { public static string Name => System.Reflection.Assembly.Load(new System.Reflection.AssemblyName(\"Numbers\")).GetType(\"Numbers.Make\")!.Name; }", dependency: ("Numbers", "1.0.0"));

        var run = await Run.Cells(feed.Notebooks, "#r \"nuget: Sums\"\nLate.Name");

        Assert.Equal("Make", run.Succeeded().Shown(0));
    }

    [Fact]
    public async Task A_loaded_file_may_ask_for_packages()
    {
        feed.Add("Numbers", "1.0.0", Seven);
        File.WriteAllText(Path.Combine(feed.Notebooks, "setup.csx"), "#r \"nuget: Numbers, 1.0.0\"\nvar seven = Numbers.Make.Seven;");

        var run = await Run.Cells(feed.Notebooks, "#load \"setup.csx\"", "seven + Numbers.Make.Seven");

        Assert.Equal("14", run.Succeeded().Shown(1));
    }

    [Theory]
    [InlineData("Nonesuch", "Nonesuch is not available: no package of this name is served by *the feed*. Check the name.")]
    [InlineData("Numbers, 1.0.1", "Numbers 1.0.1 is not available: there is no such version; the nearest is 1.0.0. Ask for that one.")]
    [InlineData("Early", "Early is not available: there are only pre-releases. Ask for one by its version, or for the newest with \"*-*\".")]
    [InlineData("Old, 1.0.0", "Old 1.0.0 cannot be used: it is not made for .NET 10. Look for a newer version.")]
    [InlineData("Tool, 1.0.0", "Tool 1.0.0 cannot be used: it is a program and no library. Install it with: dotnet tool install Tool")]
    [InlineData("", "#r \"nuget: \" names no package: write #r \"nuget: Name\" or #r \"nuget: Name, Version\".")]
    [InlineData("Numbers, $(x)", "#r \"nuget: Numbers, $(x)\" names no package: write #r \"nuget: Name\" or #r \"nuget: Name, Version\".")]
    public async Task A_package_that_is_not_to_be_had_ends_in_a_sentence(string request, string sentence)
    {
        feed.Add("Numbers", "1.0.0", Seven);
        feed.Add("Early", "1.0.0-beta", Seven);
        feed.Add("Old", "1.0.0", Seven, framework: "net99.0");
        feed.Add("Tool", "1.0.0", Seven, type: "DotnetTool");

        var run = await Run.Cells(feed.Notebooks, $"// first\n#r \"nuget: {request}\"");

        var error = run.Finished.Failure!.Error;
        Assert.Matches($"^{System.Text.RegularExpressions.Regex.Escape(sentence).Replace("\\*the\\ feed\\*", ".*the feed.*", StringComparison.Ordinal)}$", error.Message);
        Assert.Equal(("Package", 2), (error.Name, error.Line));
    }

    [Fact]
    public async Task Without_a_network_packages_come_from_the_package_folder_and_others_are_said_to_be_out_of_reach()
    {
        feed.Add("Numbers", "1.0.0", Seven);
        (await Run.Cells(feed.Notebooks, "#r \"nuget: Numbers\"")).Succeeded();
        feed.Use($"http://127.0.0.1:{ClosedPort()}/v3/index.json");

        // With a version, and without: nobody can be asked for the newest.
        var (known, _) = await ExecuteAsync("#r \"nuget: Numbers, 1.0.0\"\nNumbers.Make.Seven");
        var (newest, _) = await ExecuteAsync("#r \"nuget: Numbers\"\nNumbers.Make.Seven");
        var (none, says) = await ExecuteAsync("#r \"nuget: Nonesuch, 1.0.0\"");

        Assert.Equal((0, 0, 1), (known, newest, none));
        Assert.Matches(
            @"Nonesuch 1\.0\.0 is not available: http://127\.0\.0\.1:\d+/v3/index\.json cannot be reached, and the package folder .*packages has no such package\. Run the cell once where there is a network, or copy that folder from a machine that has it\.",
            says);
    }

    [Fact]
    public async Task A_restore_that_takes_long_can_be_interrupted()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        feed.Use($"http://127.0.0.1:{((IPEndPoint)silent.LocalEndpoint).Port}/v3/index.json");
        using var stop = new CancellationTokenSource();
        var cell = Task.Run(() => new Session(feed.Notebooks).ExecuteAsync("#r \"nuget: Numbers\"", _ => { }, stop.Token), TestContext.Current.CancellationToken);
        using var asked = await silent.AcceptTcpClientAsync(TestContext.Current.CancellationToken);

        await stop.CancelAsync();

        Assert.Equal("The cell was interrupted.", (await cell)?.Message);
    }

    private async Task<(int Code, string Says)> ExecuteAsync(string cell)
    {
        var notebook = Path.Combine(feed.Notebooks, "test.ipynb");
        await File.WriteAllTextAsync(notebook, NotebookFile.OfCode(cell), TestContext.Current.CancellationToken);
        using var process = Process.Start(new ProcessStartInfo("dotnet", [typeof(Session).Assembly.Location, "execute", notebook, notebook])
        {
            RedirectStandardOutput = true,
            Environment = { ["NUGET_PACKAGES"] = feed.PackageFolder },
        })!;
        await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        var outputs = JsonNode.Parse(await File.ReadAllTextAsync(notebook, TestContext.Current.CancellationToken))!["cells"]![0]!["outputs"]!.AsArray();
        return (process.ExitCode, outputs[^1]!["evalue"]?.ToString() ?? "");
    }

    private static int ClosedPort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
