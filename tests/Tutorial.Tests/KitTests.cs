using System.Diagnostics;
using AnomalyLab.Course;
using Spectre.Console;
using Tutorial.Kit;

namespace Tutorial.Tests;

/// <summary>The folder for a room without internet.</summary>
public sealed class KitTests : IDisposable
{
    private readonly TestRepository _repository = new();

    public void Dispose() => _repository.Dispose();

    [Fact]
    public async Task It_is_made_from_a_git_checkout_only_and_leaves_nothing_when_it_fails()
    {
        var (code, says) = await _repository.InvokeAsync("kit", "--output", _repository.At("kit"));

        Assert.Equal(2, code);
        Assert.Contains("is no Git checkout", says);
        Assert.Empty(Directory.GetDirectories(_repository.Root, "kit*"));
    }

    [Fact]
    public async Task A_folder_that_exists_is_left_alone()
    {
        Directory.CreateDirectory(_repository.At("mine"));
        File.WriteAllText(_repository.At("mine", "a.txt"), "a");

        var (code, says) = await _repository.InvokeAsync("kit", "--output", _repository.At("mine"));

        Assert.Equal((2, "a"), (code, File.ReadAllText(_repository.At("mine", "a.txt"))));
        Assert.Contains("mine exists. Choose a folder that does not", says);
    }

    [Fact]
    public void Its_packages_are_those_of_every_project_for_all_three_systems()
    {
        var names = RestoredPackages.Of(CourseFolders.Repository).Select(Path.GetFileName).ToArray();

        Assert.Superset(
            new HashSet<string?>(["torchsharp.0.107.0.nupkg", "libtorch-cpu-linux-x64.2.10.0.nupkg", "libtorch-cpu-win-x64.2.10.0.nupkg", "libtorch-cpu-osx-arm64.2.10.0.nupkg",
                "skiasharp.nativeassets.win32.4.155.0.nupkg", "skiasharp.nativeassets.macos.4.155.0.nupkg", "microsoft.ml.dnnimagefeaturizer.resnet18.0.23.1.nupkg", "netmq.4.0.4.5.nupkg"]),
            new HashSet<string?>(names));
    }

    [Fact]
    public void Its_checksums_are_read_by_other_programs_and_find_what_is_damaged_or_missing()
    {
        var kit = _repository.At("kit");
        Directory.CreateDirectory(Path.Combine(kit, "sub folder"));
        foreach (var file in new[] { "a", "b", "sub folder/c" })
            File.WriteAllText(Path.Combine(kit, file), file);
        Checksums.Write(kit, new Progress<double>(), default);

        using var sha256sum = Process.Start(new ProcessStartInfo("sha256sum", ["--check", "--strict", Checksums.FileName]) { WorkingDirectory = kit, RedirectStandardOutput = true })!;
        Assert.Equal("a: OK\nb: OK\nsub folder/c: OK\n", sha256sum.StandardOutput.ReadToEnd());
        Assert.Empty(Checksums.Wrong(kit, default));

        File.WriteAllText(Path.Combine(kit, "b"), "x");
        File.Delete(Path.Combine(kit, "sub folder", "c"));
        Assert.Equal(["b", "sub folder/c"], Checksums.Wrong(kit, default));
    }

    [Fact]
    public async Task Doctor_finds_what_a_kit_lacks()
    {
        var kit = _repository.At("kit");
        Directory.CreateDirectory(Path.Combine(kit, "installers"));
        Assert.Contains("fail     kit: ", (await _repository.InvokeAsync("doctor", "--kit", kit)).Says);

        Checksums.Write(kit, new Progress<double>(), default);
        File.WriteAllText(Path.Combine(kit, "installers", "dotnet-sdk-10.0.400-win-x64.exe"), "");
        var says = (await _repository.InvokeAsync("doctor", "--kit", kit)).Says;

        Assert.Contains("ok       kit: whole", says);
        Assert.Contains("ok       kit, .NET SDK: dotnet-sdk-10.0.400-win-x64.exe.", says);
        Assert.Contains("warning  kit, Jupyter extension: is not in installers.", says);
    }

    // A quarter of an hour and more: CONTRIBUTING.md has the command. The kit is made with few epochs; in it, the default course runs.
    [Fact(Explicit = true)]
    public async Task Without_a_network_and_in_an_empty_home_the_kit_builds_runs_and_serves_jupyter()
    {
        using var folder = new TempDirectory();
        var kit = Path.Combine(folder.Path, "kit");
        var code = await new WorkshopKit(CourseFolders.Repository, TestRepository.ConsoleOn(Console.Out)).MakeAsync(kit, Small, TestContext.Current.CancellationToken);
        Assert.Equal(0, code);

        var script = Path.Combine(folder.Path, "rehearsal.sh");
        await File.WriteAllTextAsync(script, $"""
            set -e
            ip link set lo up # Jupyter talks to its kernels by it
            if timeout 5 bash -c 'exec 3<>/dev/tcp/1.1.1.1/443' 2>/dev/null; then echo There is a network.; exit 1; fi
            mkdir "{folder.Path}/home"
            export HOME="{folder.Path}/home" DOTNET_CLI_HOME="{folder.Path}/home" DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
            unset NUGET_PACKAGES MVTEC_AD_ROOT ANOMALYLAB_OUTPUT
            cd "{kit}/AnomalyLab"
            dotnet build
            dotnet run --project lib/Tutorial -- doctor --kit ..
            dotnet run --project lib/Tutorial
            dotnet run --project lib/Tutorial -- kernel install --name .net-csharp
            cd notebooks
            jupyter-nbconvert --to notebook --execute 01-data-check.ipynb --output-dir "{folder.Path}"
            """);
        using var rehearsal = Process.Start(new ProcessStartInfo("unshare", ["--map-root-user", "--net", "bash", script]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var says = await Task.WhenAll(rehearsal.StandardOutput.ReadToEndAsync(), rehearsal.StandardError.ReadToEndAsync());
        await rehearsal.WaitForExitAsync();

        Assert.True(rehearsal.ExitCode == 0, string.Join('\n', says));
        Assert.Contains("good bottles", await File.ReadAllTextAsync(Path.Combine(folder.Path, "01-data-check.ipynb")));
    }

    private static string[] Small => ["--set", "epochs=1", "--set", "imageSize=64"];

    private sealed class TempDirectory : IDisposable
    {
        private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("anomalylab-");

        public string Path => folder.FullName;

        public void Dispose() => folder.Delete(recursive: true);
    }
}
