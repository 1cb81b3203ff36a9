using System.Diagnostics;
using System.Text.RegularExpressions;
using AnomalyLab.Course;

namespace Tutorial.Tests.Hub;

/// <summary>A class as <c>environment.md</c> sets it up, in a temporary folder in place of the system's own.</summary>
internal sealed partial class HubCourse : IDisposable
{
    private const string Section = "A class on JupyterHub";

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("anomalylab-hub-");
    private readonly List<Learner> learners = [];

    public HubCourse()
    {
        // Learners have to come through to their homes and to what is shared.
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(folder.FullName, (UnixFileMode)0b111_101_101);
    }

    /// <summary>The checkout that all share.</summary>
    public string Shared => At("anomalylab");

    /// <summary>Makes the shared checkout, the kernel, and what new accounts get.</summary>
    public async Task InstallAsync()
    {
        CopyBuild();

        // The kernel, installed with the words of the page.
        var words = EnvironmentPage.Block(Section, "kernel install").Split('\n').Single(line => line.Contains("kernel install", StringComparison.Ordinal)).Split(" -- ")[1];
        var says = new StringWriter();
        var code = await new CommandLine(CourseFolders.Repository, null, TestRepository.ConsoleOn(says), TimeProvider.System)
            .InvokeAsync(Here(words).Split(' '), TestContext.Current.CancellationToken);
        Assert.True(code == 0, says.ToString());

        await RunAsync("sh", ["-e", "-c", Here(EnvironmentPage.Block(Section, "/etc/skel"))]);
    }

    /// <summary>Makes an account of the system.</summary>
    /// <param name="name">What it begins with; the rest makes it one that nobody has.</param>
    public async Task<Learner> AddLearnerAsync(string name)
    {
        var learner = new Learner(name + Guid.NewGuid().ToString("N")[..8], At("home"));
        Directory.CreateDirectory(At("home"));
        learners.Add(learner);
        await RunAsync("useradd", ["--create-home", "--base-dir", At("home"), "--skel", At("skel"), "--shell", "/bin/sh", learner.Name]);
        await RunAsync("chpasswd", [], $"{learner.Name}:{learner.Password}\n");
        return learner;
    }

    /// <summary>Writes the hub's configuration: the page's, and the ports of this test.</summary>
    /// <param name="ports">For learners, for the hub itself, and for its proxy.</param>
    /// <returns>The folder in which the hub is to be started.</returns>
    public string Configure(int[] ports)
    {
        File.WriteAllText(Path.Combine(Directory.CreateDirectory(At("hub")).FullName, "jupyterhub_config.py"), $"""
            {Here(EnvironmentPage.Block(Section, "c.Spawner.environment"))}
            c.JupyterHub.bind_url = "http://127.0.0.1:{ports[0]}"
            c.JupyterHub.hub_bind_url = "http://127.0.0.1:{ports[1]}"
            c.ConfigurableHTTPProxy.api_url = "http://127.0.0.1:{ports[2]}"
            c.Spawner.environment["JUPYTER_PATH"] = "{At("prefix", "share", "jupyter")}" # where Jupyter does not look by itself
            """);
        return At("hub");
    }

    /// <summary>All that is shared: each file with its size and time.</summary>
    public string[] SharedFiles() => [.. new DirectoryInfo(Shared).EnumerateFileSystemInfos("*", SearchOption.AllDirectories)
        .Select(file => $"{file.FullName} {(file as FileInfo)?.Length} {file.LastWriteTimeUtc:O}").Order(StringComparer.Ordinal)];

    public void Dispose()
    {
        foreach (var learner in learners)
        {
            foreach (var process in learner.Processes())
                process.Kill();
            using var userdel = Process.Start("userdel", ["--force", learner.Name]);
            userdel.WaitForExit();
        }
        folder.Delete(recursive: true);
    }

    /// <summary>Runs a program, and fails with what it says if it fails.</summary>
    public static async Task<string> RunAsync(string program, string[] arguments, string input = "")
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })!;
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        var said = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)}: {string.Concat(said)}");
        return said[0];
    }

    // What "git clone" and "dotnet build" would leave, with quick parameters and small pictures.
    private void CopyBuild()
    {
        Directory.CreateDirectory(Path.Combine(Shared, "notebooks"));
        File.Copy(Path.Combine(CourseFolders.Repository, "AnomalyLab.slnx"), Path.Combine(Shared, "AnomalyLab.slnx"));
        foreach (var notebook in Directory.GetFiles(Path.Combine(CourseFolders.Repository, "notebooks"), "*.ipynb"))
        {
            var quick = ImageSize().Replace(Epochs().Replace(File.ReadAllText(notebook), "var epochs = 1000;"), "var imageSize = 32;");
            File.WriteAllText(Path.Combine(Shared, "notebooks", Path.GetFileName(notebook)), quick);
        }
        var library = Path.Combine(CourseFolders.Repository, "artifacts", "lib");
        foreach (var file in Directory.GetFiles(library, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(Shared, "artifacts", "lib", Path.GetRelativePath(library, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
        SyntheticBottles.Draw(Path.Combine(Shared, "data", "mvtec", "bottle"), new SyntheticOptions { Size = 96 });
    }

    // The page's paths, in the temporary folder.
    private string Here(string text) => text
        .Replace("/srv/anomalylab", Shared, StringComparison.Ordinal)
        .Replace("/etc/skel", At("skel"), StringComparison.Ordinal)
        .Replace("/usr/local", At("prefix"), StringComparison.Ordinal)
        .Replace("/opt/jupyterhub-proxy", Path.Combine(CourseFolders.Repository, "artifacts", "jupyterhub-proxy"), StringComparison.Ordinal);

    private string At(params string[] parts) => Path.Combine([folder.FullName, .. parts]);

    [GeneratedRegex(@"var epochs = \d+;")]
    private static partial Regex Epochs();

    [GeneratedRegex(@"var imageSize = \d+;")]
    private static partial Regex ImageSize();
}
