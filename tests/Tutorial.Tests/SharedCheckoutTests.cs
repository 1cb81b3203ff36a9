using System.Diagnostics;
using System.Text.Json.Nodes;
using AnomalyLab.Course;
using Tutorial.Running;

namespace Tutorial.Tests;

/// <summary>A class on one machine: one build that nobody may write to, and each learner's own copy of the notebooks.</summary>
public sealed class SharedCheckoutTests : IDisposable
{
    private readonly TestRepository shared = new();
    private readonly DirectoryInfo learner = Directory.CreateTempSubdirectory("anomalylab-");

    public void Dispose()
    {
        shared.Dispose();
        learner.Delete(recursive: true);
    }

    [Fact]
    public async Task A_learners_files_go_where_ANOMALYLAB_OUTPUT_says_and_nothing_into_the_shared_checkout()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links need a privilege on Windows.");
        Directory.CreateDirectory(shared.At("artifacts", "lib"));
        foreach (var file in Directory.GetFiles(Path.Combine(CourseFolders.Repository, "artifacts", "lib"), "*.dll"))
            File.Copy(file, shared.At("artifacts", "lib", Path.GetFileName(file)));
        File.WriteAllText(shared.At("artifacts", "data"), "A file, where a folder is wanted, cannot be written to by root either.");
        Directory.CreateSymbolicLink(At("artifacts"), shared.At("artifacts"));
        // In place of the bottles, whose drawing would take a while.
        Directory.CreateDirectory(At("output", "data", "synthetic", "bottle"));
        Directory.CreateDirectory(At("notebooks"));
        File.Copy(shared.Write("mine", """
            #r "../artifacts/lib/AnomalyLab.dll"
            using System.IO;
            using AnomalyLab.Course;
            Console.WriteLine(CourseFolders.Repository);
            Console.WriteLine(CourseFolders.OutputPath("models", "x"));
            try { CourseData.Open("bottle", TextWriter.Null); } catch (IOException e) { Console.WriteLine(e.Message); }
            """), At("notebooks", "mine.ipynb"));

        var start = new ProcessStartInfo(NotebookProcess.Kernel[0], [NotebookProcess.Kernel[1], "execute", At("notebooks", "mine.ipynb"), At("executed.ipynb")])
        {
            RedirectStandardOutput = true,
            Environment = { ["ANOMALYLAB_OUTPUT"] = At("output"), ["MVTEC_AD_ROOT"] = null },
        };
        using var process = Process.Start(start)!;
        var says = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();

        Assert.True(process.ExitCode == 0, says);
        var printed = string.Concat(JsonNode.Parse(File.ReadAllText(At("executed.ipynb")))!["cells"]![0]!["outputs"]![0]!["text"]!.AsArray());
        Assert.Equal(
            [shared.Root, At("output", "models", "x"), $"{At("output", "data", "synthetic", "bottle")} exists and holds no synthetic bottles; choose another folder or move it away."],
            printed.TrimEnd().Split('\n'));
        Assert.Equal(["data", "lib"], Directory.EnumerateFileSystemEntries(shared.At("artifacts")).Select(Path.GetFileName).Order());
    }

    private string At(params string[] parts) => Path.Combine([learner.FullName, .. parts]);
}
