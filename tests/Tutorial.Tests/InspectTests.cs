using System.Diagnostics;
using System.Globalization;
using AnomalyLab.Course;

namespace Tutorial.Tests;

/// <summary>The verb <c>inspect</c> as it is typed: in a process of its own, with libtorch from the notebooks' folder.</summary>
public sealed class InspectTests : IDisposable
{
    private readonly DirectoryInfo root = Directory.CreateTempSubdirectory("anomalylab-");

    public void Dispose() => root.Delete(recursive: true);

    [Fact]
    public async Task Good_pictures_make_a_model_and_the_model_makes_a_table_overlays_and_a_page()
    {
        var bottle = At("bottle");
        SyntheticBottles.Draw(bottle, new SyntheticOptions { Size = 96 });
        await File.WriteAllTextAsync(Path.Combine(bottle, "test", "good", "999.png"), "no picture", TestContext.Current.CancellationToken);

        var trained = await RunAsync("inspect", "train", Path.Combine(bottle, "train", "good"), "--output", At("mine.safetensors"), "--method", "patchcore", "--size", "96");
        Assert.True(trained.Code == 0, trained.Says);
        Assert.Contains("learning 100 %", trained.Says);
        Assert.Contains("from 41 held-out good samples: threshold", trained.Says);

        var scored = await RunAsync("inspect", "score", At("mine.safetensors"), Path.Combine(bottle, "test"), "--output", At("report"));
        Assert.True(scored.Code == 0, scored.Says);
        Assert.Contains("999.png is not an image", scored.Says);
        Assert.Contains("83 pictures, ", scored.Says);
        var rows = await File.ReadAllLinesAsync(At("report", "findings.csv"), TestContext.Current.CancellationToken);
        Assert.Equal(1 + 83 + 1, rows.Length);
        Assert.Contains("good/999.png,,,unreadable", rows);
        var worst = rows.Skip(1).Where(row => !row.EndsWith("unreadable", StringComparison.Ordinal)).OrderByDescending(row => double.Parse(row.Split(',')[1], CultureInfo.InvariantCulture)).Take(20);
        Assert.InRange(worst.Count(row => !row.StartsWith("good/", StringComparison.Ordinal)), 17, 20);
        Assert.Equal(83, Directory.GetFiles(At("report", "overlays"), "*.png", SearchOption.AllDirectories).Length);
        Assert.True(File.Exists(At("report", "index.html")));
    }

    [Fact]
    public async Task A_folder_without_pictures_and_a_missing_option_are_said_in_a_sentence()
    {
        Directory.CreateDirectory(At("empty"));
        var (code, says) = await RunAsync("inspect", "train", At("empty"), "--output", At("mine.safetensors"));
        Assert.Equal(1, code);
        Assert.Contains($"There is no picture in {At("empty")}", says);

        (code, says) = await RunAsync("inspect", "train", At("empty"));
        Assert.Equal(2, code);
        Assert.Contains("--output", says);
    }

    [Fact]
    public async Task Places_where_no_result_can_go_are_refused_before_the_work_begins()
    {
        Directory.CreateDirectory(At("folder"));
        var (code, says) = await RunAsync("inspect", "train", At("nowhere"), "--output", At("folder"));
        Assert.Equal(1, code);
        Assert.Equal($"{At("folder")} is a folder: name a file in it.", says.Trim());
    }

    private string At(params string[] parts) => Path.Combine([root.FullName, .. parts]);

    private static async Task<(int Code, string Says)> RunAsync(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet", [typeof(CommandLine).Assembly.Location, .. arguments])
        {
            WorkingDirectory = CourseFolders.Repository,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            // One thread: several test processes at once would make libtorch's wait for each other.
            Environment = { ["OMP_NUM_THREADS"] = "1" },
        })!;
        var said = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return (process.ExitCode, string.Concat(said));
    }
}
