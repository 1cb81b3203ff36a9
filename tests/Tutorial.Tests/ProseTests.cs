using System.Text.RegularExpressions;
using AnomalyLab.Course;
using NotebookKernel.Running;
using Tutorial.Notebooks;
using Tutorial.Running;

namespace Tutorial.Tests;

/// <summary>
/// The numbers in the texts against what runs recorded: each folder in <c>Recorded</c> has the <c>results.json</c> of a run,
/// with its parameters in it. CONTRIBUTING.md says how to record again.
/// </summary>
public sealed partial class ProseTests
{
    private static readonly Dictionary<string, Results> Runs = Directory.GetDirectories(Path.Combine(CourseFolders.Repository, "tests", "Tutorial.Tests", "Recorded"))
        .ToDictionary(folder => Path.GetFileName(folder), folder => Results.Read(folder)!);

    public static TheoryData<string, string> Sentences => new(
    [
        Said("00-what-is-a-network", $"The network of notebook 3 has {Of("synthetic", 3, "parameters"):N0} weights"),
        Said("03-model", $"The model has {Of("synthetic", 3, "parameters"):N0} weights"),
        Said("03-model", $"that is {Of("synthetic", 3, "latent"):N0} numbers"),
        Said("04-training", $"each of the {Of("synthetic", 3, "parameters"):N0} weights"),
        Said("06-roc", $"candidates have an AUC of {Of("synthetic", 6, "candidates_auc"):.00} as well"),
        .. Runs.Keys.Where(run => run.StartsWith("mvtec", StringComparison.Ordinal)).Select(run => Said("06-roc",
            $"{Of(run, 4, "epochs_run")} | {Of(run, 4, "best_validation_loss"):0.0000} | {Of(run, 5, "psnr"):0.0} dB | {Of(run, 6, "auc"):0.000} |")),
        Said("06-roc", $"reaches from {Of("mvtec", 6, "auc_low"):0.000} to {Of("mvtec", 6, "auc_high"):0.000}"),
        Said("06-roc", $"With the parameters above it is {Interval("synthetic"):0.00}, on synthetic and on real bottles"),
        Said("06-roc", $"With the parameters above it is {Interval("mvtec"):0.00}, on synthetic and on real bottles"),
        Said("07-threshold", $"{Alarms("synthetic")} of 63 on the synthetic bottles, and {Alarms("mvtec")} on the real ones"),
        Said("07-threshold", $"{Of("mvtec", 7, "calibrated_no_miss_fpr"):P0} instead of {Of("mvtec", 7, "no_miss_fpr"):P0}"),
        Said("09-learned-features", $"to {Of("mvtec", 9, "padim_disturbed_image_auroc"):.000} on the real bottles and {Of("synthetic", 9, "padim_disturbed_image_auroc"):.000} on the drawn ones"),
        Said("09-learned-features", $"AU-PRO .941 instead of {Of("mvtec", 9, "au_pro"):.000}"),
        Said("09-learned-features", $"the true value is above {Math.Floor(100 * Of("mvtec", 9, "image_auroc_low")) / 100:.00}"),
        Said("10-your-images", $"which is {Of("synthetic", 10, "inspect_false_alarm_rate"):P1}"),
        Said("10-your-images", $"which is {Of("mvtec", 10, "inspect_false_alarm_rate"):P1}"),
    ]);

    [Theory]
    [MemberData(nameof(Sentences))]
    public void A_number_in_the_prose_is_the_recorded_one(string notebook, string sentence)
    {
        var texts = CourseNotebooks.Choose(CourseFolders.Repository, "en", [notebook])[0].Content.Cells.Where(cell => cell.IsMarkdown).Select(cell => cell.Source);

        Assert.True(texts.Any(text => Space().Replace(text, " ").Contains(sentence, StringComparison.Ordinal)), $"{notebook} does not say \"{sentence}\", as the recorded runs would have it.");
    }

    [Theory]
    [InlineData("synthetic")]
    [InlineData("mvtec")]
    public void The_calibrated_mean_image_s_AUC_falls_almost_to_one_half_as_notebook_8_says(string run) =>
        Assert.InRange(Of(run, 8, "mean_image_disturbed_auroc"), 0.4, 0.6);

    [Theory]
    [InlineData("synthetic")]
    [InlineData("mvtec")]
    public void Eight_numbers_a_pixel_beat_mean_image_and_autoencoder_as_notebook_8_says(string run) =>
        Assert.All(["mean_image_auroc", "autoencoder_auroc"], name => Assert.True(Of(run, 8, name) < Of(run, 8, "pixel_gaussian_auroc"), $"{name} is {Of(run, 8, name)}"));

    [Theory]
    [InlineData("synthetic")]
    [InlineData("mvtec")]
    public void Calibration_raises_the_AUC_and_what_the_assistant_finds_as_notebook_7_says(string run) =>
        Assert.All(["auc", "no_false_alarm_tpr"], name => Assert.True(Of(run, 7, name) < Of(run, 7, $"calibrated_{name}"), $"calibrated_{name} is {Of(run, 7, $"calibrated_{name}")}"));

    [Fact]
    public void Recorded_runs_are_whole_and_of_the_bottles_of_their_name() => Assert.All(Runs, run =>
    {
        Assert.All(run.Value.Notebooks, notebook => Assert.Equal(NotebookStatus.Ok, notebook.Status));
        Assert.Equal(run.Key.Split('-')[0], run.Value.Data);
    });

    /// <summary>After <c>dotnet run --project lib/Tutorial</c>, whose <c>results.json</c> the variable <c>ANOMALYLAB_RESULTS</c> names.</summary>
    [Fact(Explicit = true)]
    public void The_default_run_records_what_was_recorded_before()
    {
        var file = Environment.GetEnvironmentVariable("ANOMALYLAB_RESULTS");
        Assert.SkipUnless(file is not null, "ANOMALYLAB_RESULTS is not set: there is no run to compare.");
        var now = Results.Read(Path.GetDirectoryName(file)!)!.Notebooks.ToDictionary(notebook => notebook.Name);

        Findings.AssertNone(
            from notebook in Runs["synthetic"].Notebooks
            from value in notebook.Values
            where value.Value?.GetValueKind() == System.Text.Json.JsonValueKind.Number && value.Key != "best_epoch" && !value.Key.Contains("seconds", StringComparison.Ordinal)
            let before = (double)value.Value!
            let after = (double?)now.GetValueOrDefault(notebook.Name)?.Values[value.Key]
            where after is null || Math.Abs(after.Value - before) > Math.Max(0.1 * Math.Abs(before), 0.05) // another processor rounds otherwise
            select $"{notebook.Name} recorded {value.Key} as {before}, and now as {after}.");
    }

    private static (string, string) Said(string notebook, FormattableString sentence) => (notebook, FormattableString.Invariant(sentence));

    private static double Of(string run, int notebook, string value) => (double)Runs[run].Notebooks.Single(one => one.Name.StartsWith($"{notebook:00}-", StringComparison.Ordinal)).Values[value]!;

    private static double Interval(string run) => Of(run, 6, "auc_high") - Of(run, 6, "auc_low");

    private static string Alarms(string run) => FormattableString.Invariant($"{63 * Of(run, 7, "no_miss_fpr"):0}");

    [GeneratedRegex(@"\s+")]
    private static partial Regex Space();
}
