using System.Diagnostics;
using System.Text.RegularExpressions;
using AnomalyLab.Course;

namespace Tutorial.Tests;

/// <summary>The course's notebooks with tiny pictures, in a folder where Jupyter finds one C# kernel under the name that they ask for.</summary>
internal sealed partial class JupyterCourse : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("anomalylab-");

    private JupyterCourse()
    {
    }

    /// <summary>Draws small bottles and installs the course's kernel.</summary>
    /// <param name="program">Jupyter's program that the test needs; where it is missing, the test is skipped.</param>
    /// <param name="package">Debian's package for it.</param>
    public static async Task<JupyterCourse> CreateAsync(string program, string package)
    {
        var course = Create(program, package);
        var says = new StringWriter();
        var code = await new CommandLine(CourseFolders.Repository, null, TestRepository.ConsoleOn(says), TimeProvider.System)
            .InvokeAsync(["kernel", "install", "--prefix", course.At("prefix"), "--name", ".net-csharp"], TestContext.Current.CancellationToken);
        Assert.True(code == 0, says.ToString());
        return course;
    }

    /// <summary>Draws small bottles and installs Microsoft's kernel, the one that <c>.config/dotnet-tools.json</c> names.</summary>
    /// <inheritdoc cref="CreateAsync"/>
    public static async Task<JupyterCourse> CreateWithMicrosoftsAsync(string program, string package)
    {
        var course = Create(program, package);
        // Jupyter starts it as "dotnet interactive" in the notebooks' folder, and dotnet looks for the manifest above.
        Directory.CreateDirectory(course.At(".config"));
        File.Copy(Path.Combine(CourseFolders.Repository, ".config", "dotnet-tools.json"), course.At(".config", "dotnet-tools.json"));
        var kernels = Directory.CreateDirectory(course.At("prefix", "share", "jupyter", "kernels"));
        await course.RunAsync("dotnet", "tool", "restore");
        await course.RunAsync("dotnet", "tool", "run", "dotnet-interactive", "jupyter", "install", "--path", kernels.FullName);
        return course;
    }

    public string At(params string[] parts) => Path.Combine([folder.FullName, .. parts]);

    /// <summary>Copies notebooks whose names begin so, and gives them a number of epochs.</summary>
    /// <returns>The copies.</returns>
    public string[] Copy(string beginning, int epochs)
    {
        Directory.CreateDirectory(At("notebooks"));
        return [.. Directory.GetFiles(Path.Combine(CourseFolders.Repository, "notebooks"), $"{beginning}*.ipynb").Order(StringComparer.Ordinal).Select(notebook =>
        {
            var text = File.ReadAllText(notebook).Replace("../artifacts/lib/", CourseFolders.Repository.Replace('\\', '/') + "/artifacts/lib/", StringComparison.Ordinal);
            var copy = At("notebooks", Path.GetFileName(notebook));
            File.WriteAllText(copy, ImageSize().Replace(Epochs().Replace(text, $"var epochs = {epochs};"), "var imageSize = 32;"));
            return copy;
        })];
    }

    /// <summary>Runs a program as <see cref="Start"/> does; fails with what it says if it fails.</summary>
    public async Task RunAsync(string program, params string[] arguments)
    {
        using var process = Start(program, arguments);
        var said = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, string.Join('\n', said));
    }

    /// <summary>Starts a program of Jupyter's that reads and writes nothing of this user's.</summary>
    public Process Start(string program, params string[] arguments) => Process.Start(new ProcessStartInfo(program, arguments)
    {
        RedirectStandardOutput = true,
        RedirectStandardError = true,
        WorkingDirectory = folder.FullName,
        Environment =
        {
            ["JUPYTER_PATH"] = At("prefix", "share", "jupyter"),
            ["JUPYTER_DATA_DIR"] = At("jupyter", "data"),
            ["JUPYTER_CONFIG_DIR"] = At("jupyter", "config"),
            ["JUPYTER_RUNTIME_DIR"] = At("jupyter", "runtime"),
            ["MVTEC_AD_ROOT"] = At("mvtec"),
            ["ANOMALYLAB_OUTPUT"] = At("output"),
            // One thread: several test processes at once would make libtorch's wait for each other.
            ["OMP_NUM_THREADS"] = "1",
            ["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1",
            ["DOTNET_INTERACTIVE_CLI_TELEMETRY_OPTOUT"] = "1",
        },
    })!;

    public void Dispose() => folder.Delete(recursive: true);

    private static JupyterCourse Create(string program, string package)
    {
        Assert.SkipUnless(IsInstalled(program), $"{program} is not installed (Debian's package {package}).");
        var course = new JupyterCourse();
        SyntheticBottles.Draw(course.At("mvtec", "bottle"), new SyntheticOptions { Size = 96 });
        return course;
    }

    private static bool IsInstalled(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(path => File.Exists(Path.Combine(path, program)));

    [GeneratedRegex(@"var epochs = \d+;")]
    private static partial Regex Epochs();

    [GeneratedRegex(@"var imageSize = \d+;")]
    private static partial Regex ImageSize();
}
