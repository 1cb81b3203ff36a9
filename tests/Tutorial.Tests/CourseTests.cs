using System.Diagnostics;
using System.Text.Json.Nodes;
using AnomalyLab.Course;
using AnomalyLab.Data;
using AnomalyLab.Training;

namespace Tutorial.Tests;

/// <summary>The course's own notebooks, run by the command a learner types.</summary>
public sealed class CourseTests : IDisposable
{
    private readonly DirectoryInfo output = Directory.CreateTempSubdirectory("anomalylab-");

    public void Dispose() => output.Delete(recursive: true);

    [Fact]
    public async Task All_notebooks_run_on_small_synthetic_bottles_and_record_what_they_promise()
    {
        var values = await RunAsync(SmallBottles(), "--set", "epochs=2", "--set", "imageSize=32");

        Assert.Equal("synthetic", (string?)values["data"]);
        AssertPromised(values);
        Assert.Contains("Weights from", File.ReadAllText(Path.Combine(output.FullName, "notebooks", "05-visualisation.ipynb"))); // notebook 4's: not trained again
        Assert.All(Directory.GetFiles(Path.Combine(output.FullName, "notebooks")).Concat(Directory.GetFiles(output.FullName, "0*.html"))
            .Where(file => !Path.GetFileName(file).StartsWith("10", StringComparison.Ordinal)), AssertPlotlyIsThereOnce); // 10 has no chart
        await AssertReadableOnAPhoneAsync();
    }

    [Fact, Trait("Needs", "MVTec AD")]
    public async Task All_notebooks_run_on_the_real_bottles_and_record_what_they_promise()
    {
        var root = Environment.GetEnvironmentVariable("MVTEC_AD_ROOT");
        Assert.SkipUnless(root is not null, "MVTEC_AD_ROOT is not set: the real bottles are not here.");

        var values = await RunAsync(root!, "--set", "epochs=2", "--set", "imageSize=64");

        Assert.Equal("mvtec", (string?)values["data"]);
        AssertPromised(values);
    }

    // Minutes: .ci/run asks for it by --explicit only.
    [Theory(Explicit = true)]
    [InlineData(1)]
    [InlineData(10)]
    public async Task All_notebooks_run_on_few_pictures_with_one_or_ten_kinds_of_defect(int kinds)
    {
        var root = Path.Combine(output.FullName, "mvtec");
        var bottle = Path.Combine(root, "bottle");
        SyntheticBottles.Draw(bottle, new SyntheticOptions { Size = 96, TrainGood = 12, TestGood = 4, BrokenLarge = 20, BrokenSmall = 0, Contamination = 0 });
        foreach (var (i, sample) in MvtecCategory.FromFolder(bottle).Test.Where(sample => !sample.IsGood).Index())
        {
            foreach (var file in new[] { sample.Path, sample.MaskPath! })
            {
                var kind = Directory.CreateDirectory($"{Path.GetDirectoryName(file)}_{i % kinds}");
                File.Move(file, Path.Combine(kind.FullName, Path.GetFileName(file)));
            }
        }

        var values = await RunAsync(root, "--set", "epochs=1", "--set", "imageSize=32");

        Assert.Equal((6, 10, 20), ((int)values["good"]!, (int)values["good_test"]!, (int)values["bad"]!)); // half of 12 moved to the test
        Assert.InRange((double)values["image_auroc"]!, 0, 1);
        Assert.Equal(24, (int)values["inspected"]!);
    }

    [Theory]
    [InlineData("05")]
    [InlineData("06")]
    [InlineData("07")]
    public async Task A_notebook_that_needs_a_trained_model_makes_one_when_it_runs_alone(string notebook)
    {
        await RunAsync(SmallBottles(), notebook, "--set", "epochs=1", "--set", "imageSize=32");

        var executed = await File.ReadAllTextAsync(Directory.GetFiles(Path.Combine(output.FullName, "notebooks")).Single());
        Assert.Contains("training one now", executed);
        Assert.Single(Directory.GetFiles(Path.Combine(output.FullName, "models"), "synthetic-bottle-32px-epochs1-*.safetensors"));
        Assert.Single(RunLog.Beside(Path.Combine(output.FullName, "models", "any")).Read().Runs);
    }

    private async Task AssertReadableOnAPhoneAsync()
    {
        await using var chromium = await Chromium.StartAsync();
        Assert.Empty(await SiteBrowserTests.TooWideAsync(chromium, output.FullName, 390));
    }

    private static void AssertPlotlyIsThereOnce(string page) => Assert.Equal(1, File.ReadAllText(page).Split("plotly.js (basic - minified)").Length - 1);

    private static void AssertPromised(JsonObject values)
    {
        Assert.InRange((double)values["knob"]!, 2.4, 2.5);
        Assert.InRange((double)values["knob_loss"]!, 0.004, 0.006);
        Assert.Equal(53_316, (int)values["apple_weights"]!);
        Assert.InRange((double)values["apple_loss"]!, 1e-4, 0.003);
        Assert.True((double)values["bitten_median"]! > (double)values["whole_highest"]!, "a bitten apple scores no higher than whole ones");
        Assert.Equal((166, 63, 63), ((int)values["good"]!, (int)values["good_test"]!, (int)values["bad"]!));
        Assert.Equal((132, 34), ((int)values["train"]!, (int)values["validation"]!));
        Assert.Equal(6_996_979, (int)values["parameters"]!);
        Assert.Equal(2, (int)values["epochs_run"]!);
        Assert.InRange((double)values["best_validation_loss"]!, 1e-6, 1);
        Assert.InRange((double)values["seconds_per_epoch"]!, 1e-3, 600);
        Assert.InRange((double)values["auc"]!, 0.05, 0.9999);
        Assert.True((double)values["auc_low"]! <= (double)values["auc"]! && (double)values["auc"]! <= (double)values["auc_high"]!, "the AUC is outside of its own interval");
        Assert.Equal(0, (double)values["no_false_alarm_fpr"]!);
        Assert.Equal(1, (double)values["no_miss_tpr"]!);
        Assert.InRange((double)values["no_false_alarm_tpr"]!, 0, 1);
        Assert.InRange((double)values["no_miss_fpr"]!, 0, 1);
        Assert.NotNull(values["no_miss_threshold"]);
        Assert.NotNull(values["no_false_alarm_threshold"]);
        Assert.All(["image_auroc", "pixel_auroc", "au_pro", "f1_max", "disturbed_image_auroc"], name => Assert.InRange((double)values[name]!, 0, 1));
        Assert.True((double)values["image_auroc_low"]! <= (double)values["image_auroc"]! && (double)values["image_auroc"]! <= (double)values["image_auroc_high"]!, "the image AUROC is outside of its own interval");
        Assert.InRange((double)values["train_seconds"]!, 1e-3, 600);
        Assert.Equal((83, 0), ((int)values["inspected"]!, (int)values["unreadable"]!));
        Assert.Equal(2 / 42.0, (double)values["inspect_false_alarm_rate"]!, 1e-9); // 41 of 209 held out: two in 42
        Assert.InRange((int)values["inspected_defective"]!, 5, 82);
    }

    /// <summary>A category with MVTec's counts, in small pictures; returns the folder that holds it.</summary>
    private string SmallBottles()
    {
        var root = Path.Combine(output.FullName, "mvtec");
        SyntheticBottles.Draw(Path.Combine(root, "bottle"), new SyntheticOptions { Size = 96 });
        return root;
    }

    /// <summary>Runs the course and returns all values its notebooks recorded.</summary>
    private async Task<JsonObject> RunAsync(string mvtecRoot, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(CommandLine).Assembly.Location, "run", .. arguments, "--output", output.FullName])
        {
            WorkingDirectory = CourseFolders.Repository,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            // One thread: several test processes at once would make libtorch's wait for each other.
            Environment = { ["MVTEC_AD_ROOT"] = mvtecRoot, ["OMP_NUM_THREADS"] = "1" },
        };
        using var process = Process.Start(start)!;
        var said = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, string.Join('\n', said));

        var results = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(output.FullName, "results.json")))!;
        Assert.All(results["notebooks"]!.AsArray().Where(n => (string?)n!["status"] != "not run"), n => Assert.Equal("ok", (string?)n!["status"]));
        return new JsonObject(results["notebooks"]!.AsArray()
            .SelectMany(n => n!["values"]!.AsObject()).GroupBy(v => v.Key).Select(v => KeyValuePair.Create(v.Key, v.Last().Value?.DeepClone())));
    }
}
