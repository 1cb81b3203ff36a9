using System.Diagnostics;
using System.Text.RegularExpressions;
using AnomalyLab.Course;

namespace Tutorial.Tests;

/// <summary>The course's notebooks with tiny pictures, in a folder where Jupyter finds the course's kernel.</summary>
internal sealed partial class JupyterCourse : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("anomalylab-");

    private JupyterCourse()
    {
    }

    /// <summary>Installs the kernel under the name that the notebooks ask for, and draws small bottles.</summary>
    /// <param name="program">Jupyter's program that the test needs; where it is missing, the test is skipped.</param>
    /// <param name="package">Debian's package for it.</param>
    public static async Task<JupyterCourse> CreateAsync(string program, string package)
    {
        Assert.SkipUnless(IsInstalled(program), $"{program} is not installed (Debian's package {package}).");
        var course = new JupyterCourse();
        SyntheticBottles.Draw(course.At("mvtec", "bottle"), new SyntheticOptions { Size = 96 });
        var says = new StringWriter();
        var code = await new CommandLine(CourseFolders.Repository, null, TestRepository.ConsoleOn(says), TimeProvider.System)
            .InvokeAsync(["kernel", "install", "--prefix", course.At("prefix"), "--name", ".net-csharp"], TestContext.Current.CancellationToken);
        Assert.True(code == 0, says.ToString());
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
        },
    })!;

    public void Dispose() => folder.Delete(recursive: true);

    private static bool IsInstalled(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(path => File.Exists(Path.Combine(path, program)));

    [GeneratedRegex(@"var epochs = \d+;")]
    private static partial Regex Epochs();

    [GeneratedRegex(@"var imageSize = \d+;")]
    private static partial Regex ImageSize();
}
