using System.Text.Json.Nodes;
using AnomalyLab.Course;

namespace Tutorial.Tests;

/// <summary>What a learner does: the training notebook in Jupyter Notebook, in a browser, with the kernel that the course installs.</summary>
public sealed class NotebookServerTests
{
    [Fact]
    public async Task In_a_browser_a_training_is_watched_stopped_changed_run_again_and_compared()
    {
        using var course = await JupyterCourse.CreateAsync("jupyter-notebook", "jupyter-notebook");
        await using var chromium = await Chromium.StartAsync();
        var notebook = course.Copy("04", epochs: 1000).Single();
        using var server = await NotebookServer.StartAsync(course);
        var page = new NotebookPage(await chromium.OpenAsync(server.AddressOf(Path.GetFileName(notebook))));
        await page.ReadyAsync();

        // Run all, and see the one bar move.
        await page.RunAllAsync();
        var before = await page.BarBeyondAsync(0);
        var after = await page.BarBeyondAsync(Math.Max(before, 1));
        Assert.True(after > before, $"The bar stood at {before} and then at {after}.");
        Assert.Equal(1, await page.Bars.CountAsync());

        // Interrupt: the training ends with what it has, and the cells below it run.
        await page.InterruptAsync();
        await page.AllHaveRunAsync();
        Assert.Contains("stopped after epoch", await page.OutputOf("new Trainer(options)").InnerTextAsync());
        Assert.Contains("stopped", await page.OutputOf("Runs.Compare(").InnerTextAsync());
        Assert.Empty(await page.Errors.AllInnerTextsAsync());

        // Change the parameters, run all again, and see both runs compared.
        await page.EditAsync("var epochs", "var epochs = 3;\nvar patience = 100;\nvar batchSize = 32;\nvar learningRate = 0.003;\nvar imageSize = 32;\nvar seed = 0;");
        await page.RunAllAsync();
        var runs = page.OutputOf("Runs.Compare(");
        await runs.GetByText("all epochs").WaitForAsync();
        await page.AllHaveRunAsync();
        Assert.Equal(3, await runs.Locator("tr").CountAsync()); // the heading and two runs
        Assert.Contains("0.003", await runs.InnerTextAsync());
        Assert.Contains("all 3 epochs are done", await page.OutputOf("new Trainer(options)").InnerTextAsync());
        Assert.Empty(await page.Errors.AllInnerTextsAsync());
        await page.ScreenshotAsync(runs, Path.Combine(CourseFolders.Repository, "artifacts", "screenshots", "jupyter-04-training.png"));

        // What is stored is the bar's last state, once.
        await page.SaveAsync();
        var stored = JsonNode.Parse(await File.ReadAllTextAsync(notebook, TestContext.Current.CancellationToken))!["cells"]!.AsArray()
            .SelectMany(cell => cell!["outputs"]?.AsArray() ?? []).Select(output => output!.ToJsonString()).Where(output => output.Contains("progress max")).ToList();
        Assert.Contains("all 3 epochs are done", Assert.Single(stored));
    }
}
