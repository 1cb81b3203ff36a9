using AnomalyLab.Training;

namespace AnomalyLab.Tests.Training;

public sealed class RunLogTests : IDisposable
{
    private readonly TempFolder folder = new();
    private readonly RunLog log;

    public RunLogTests() => log = RunLog.Beside(folder.File("a.safetensors"));

    private string LogFile => folder.File("runs.jsonl");

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_run_is_read_as_it_was_added()
    {
        var run = Run("a.safetensors", 0.5, 0.1, 0.25) with { End = TrainingEnd.Interrupted };

        log.Add(run);

        var read = Assert.Single(log.Read().Runs);
        Assert.Equivalent(run, read, strict: true);
        Assert.Equal((2, 0.1), (read.BestEpoch, read.BestLoss));
        Assert.Single(File.ReadAllLines(LogFile));
    }

    [Fact]
    public void Before_the_first_run_there_are_none() => Assert.Empty(log.Read().Runs);

    [Fact]
    public void An_auc_belongs_to_the_last_run_of_its_model()
    {
        log.Add(Run("a.safetensors", 0.3));
        log.Add(Run("a.safetensors", 0.2));
        log.Add(Run("b.safetensors", 0.1));

        log.AddAuc("elsewhere/a.safetensors", 0.75);
        log.AddAuc("unknown.safetensors", 0.5);

        Assert.Equal([null, 0.75, null], log.Read().Runs.Select(run => run.Auc));
    }

    [Fact]
    public void An_auc_that_cannot_be_is_named_in_the_error() =>
        Assert.Contains("The AUC is 91", Assert.Throws<ArgumentOutOfRangeException>(() => log.AddAuc("a.safetensors", 91)).Message);

    [Theory]
    [InlineData("""{"run":{"time":"2026-11-2""")]
    [InlineData("nonsense")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""{"run":{"model":"a.safetensors"}}""")]
    [InlineData("""{"run":{"time":"2026-11-24T13:00:00+00:00","model":"a","data":"b","options":{},"validationLosses":[],"end":"AllEpochs","seconds":1}}""")]
    public void A_damaged_line_is_named_and_the_others_are_read(string damaged)
    {
        log.Add(Run("a.safetensors", 0.3));
        File.AppendAllText(LogFile, damaged + "\n");
        log.Add(Run("b.safetensors", 0.2));

        var (runs, problems) = log.Read();

        Assert.Equal(["a.safetensors", "b.safetensors"], runs.Select(run => run.Model));
        Assert.Equal([$"Line 2 of {LogFile} is damaged and left out."], problems);
    }

    [Fact]
    public void A_line_that_a_killed_process_left_without_its_end_does_not_take_the_next_one_with_it()
    {
        File.WriteAllText(LogFile, """{"run":{"time""");

        log.Add(Run("b.safetensors", 0.2));

        var (runs, problems) = log.Read();
        Assert.Equal("b.safetensors", Assert.Single(runs).Model);
        Assert.Contains("Line 1 of", Assert.Single(problems));
    }

    [Fact]
    public void Of_many_that_write_at_once_every_line_is_kept_whole()
    {
        Parallel.For(0, 8, writer =>
        {
            for (var i = 0; i < 25; i++)
                RunLog.Beside(folder.File($"{writer}-{i}.safetensors")).Add(Run($"{writer}-{i}.safetensors", [.. Enumerable.Repeat(1.0 / 3, 500)]));
        });

        var (runs, problems) = log.Read();
        Assert.Empty(problems);
        Assert.Equal(200, runs.Select(run => run.Model).Distinct().Count());
        Assert.All(runs, run => Assert.Equal(500, run.ValidationLosses.Count));
    }

    [Fact]
    public void A_file_that_cannot_be_written_is_named_with_what_is_lost_and_what_is_kept()
    {
        Directory.CreateDirectory(LogFile);

        var error = Assert.Throws<IOException>(() => log.Add(Run("a.safetensors", 0.3)));

        Assert.Contains($"{LogFile} could not be written", error.Message);
        Assert.Contains("its weights are kept", error.Message);
    }

    internal static TrainingRun Run(string model, params double[] losses) =>
        new(new(2026, 11, 24, 13, 0, 0, TimeSpan.FromHours(1)), model, "noise", new() { LearningRate = 0.01 }, losses, TrainingEnd.AllEpochs, 12.5)
        { Architecture = "Autoencoder, 6,996,979 weights", Loss = "mean squared error" };
}
