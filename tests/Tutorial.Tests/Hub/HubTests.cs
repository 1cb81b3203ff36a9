using System.Diagnostics;
using AnomalyLab.Course;
using Microsoft.Playwright;

namespace Tutorial.Tests.Hub;

/// <summary>A class of two on Debian's JupyterHub, set up with the lines of <c>environment.md</c>, each learner in a browser.</summary>
public sealed class HubTests
{
    private static readonly string screenshots = Path.Combine(CourseFolders.Repository, "artifacts", "screenshots");

    // It takes minutes and needs root, for it makes accounts. Only .ci/run asks for it, with --explicit only.
    [Fact(Explicit = true)]
    public async Task Two_learners_train_at_once_on_one_build_that_stays_untouched_and_leave_no_kernel_behind()
    {
        Assert.True(Environment.IsPrivilegedProcess, "This test makes accounts of the system: run it as root.");
        using var course = new HubCourse();
        await course.InstallAsync();
        await using var server = await HubServer.StartAsync(course);
        await using var chromium = await Chromium.StartAsync();
        Learner[] learners = [await course.AddLearnerAsync("ada"), await course.AddLearnerAsync("grace")];
        var shared = course.SharedFiles();

        var pages = await Task.WhenAll(learners.Select(learner => LogInAsync(chromium, server, learner)));
        NotebookPage[] notebooks = [.. pages.Select(page => new NotebookPage(page))];

        // Both train; each is stopped, and goes on with the cells below and with another training.
        await Task.WhenAll(notebooks.Zip(pages, (notebook, page) => WithReasonAsync(TrainAsync(notebook), page, server)));
        Directory.CreateDirectory(screenshots);
        await notebooks[0].ScreenshotAsync(notebooks[0].OutputOf("new Trainer(options)"), Path.Combine(screenshots, "jupyterhub-04-training.png"));
        await Task.WhenAll(notebooks.Zip(pages, (notebook, page) => WithReasonAsync(StopAndGoOnAsync(notebook), page, server)));

        foreach (var learner in learners)
        {
            Assert.Single(learner.Kernels());
            // Both trainings have their checkpoints, and nothing of the learner's lies elsewhere, or of another's here.
            Assert.Equal(2, Directory.GetFiles(Path.Combine(learner.Output, "models"), "*.safetensors").Length);
            Assert.Equal("", await HubCourse.RunAsync("find", [learner.Home, "!", "-user", learner.Name, "!", "-type", "l"]));
            Assert.Equal("", await HubCourse.RunAsync("find", [course.Shared, "-user", learner.Name]));
        }
        Assert.Equal(shared, course.SharedFiles());

        // One server is stopped at rest, the other in the midst of a training.
        await notebooks[1].EditAsync("var epochs", Parameters(epochs: 1000, learningRate: 0.002));
        await notebooks[1].RunAllAsync();
        await WithReasonAsync(notebooks[1].BarBeyondAsync(0), pages[1], server);
        await Task.WhenAll(pages.Select(page => WithReasonAsync(StopServerAsync(page, server), page, server)));
        foreach (var learner in learners)
            await AllHaveEndedAsync(learner);
        Assert.Equal(shared, course.SharedFiles());
    }

    private static async Task<IPage> LogInAsync(Chromium chromium, HubServer server, Learner learner)
    {
        var page = await chromium.OpenAsync(server.AddressOf("user-redirect/notebooks/04-training.ipynb"));
        page.SetDefaultTimeout((float)TimeSpan.FromMinutes(10).TotalMilliseconds); // two trainings and a browser on what may be two cores
        await page.FillAsync("#username_input", learner.Name);
        await page.FillAsync("#password_input", learner.Password);
        await page.ClickAsync("#login_submit");
        await WithReasonAsync(page.WaitForURLAsync($"**/user/{learner.Name}/notebooks/04-training.ipynb"), page, server);
        await WithReasonAsync(new NotebookPage(page).ReadyAsync(), page, server);
        return page;
    }

    private static async Task TrainAsync(NotebookPage notebook)
    {
        await notebook.RunAllAsync();
        await notebook.BarBeyondAsync(1); // a training that is stopped in its first epoch has nothing to keep
    }

    private static async Task StopAndGoOnAsync(NotebookPage notebook)
    {
        await notebook.InterruptAsync();
        await notebook.AllHaveRunAsync();
        Assert.Contains("stopped after epoch", await notebook.OutputOf("new Trainer(options)").InnerTextAsync());
        Assert.Empty(await notebook.Errors.AllInnerTextsAsync());

        await notebook.EditAsync("var epochs", Parameters(epochs: 3, learningRate: 0.003));
        await notebook.RunAllAsync();
        var runs = notebook.OutputOf("Runs.Compare(");
        await runs.GetByText("all epochs").WaitForAsync();
        await notebook.AllHaveRunAsync();
        Assert.Equal(3, await runs.Locator("tr").CountAsync()); // the heading and this learner's two runs
        Assert.Contains("all 3 epochs are done", await notebook.OutputOf("new Trainer(options)").InnerTextAsync());
        Assert.Empty(await notebook.Errors.AllInnerTextsAsync());
        await notebook.SaveAsync();
    }

    private static async Task StopServerAsync(IPage page, HubServer server)
    {
        // The button does nothing until the page's scripts are there, and those come after the page.
        await page.GotoAsync(server.AddressOf("home"), new() { WaitUntil = WaitUntilState.NetworkIdle });
        await page.ClickAsync("#stop");
        await page.GetByText("Start My Server").WaitForAsync();
    }

    private static async Task AllHaveEndedAsync(Learner learner)
    {
        var waiting = Stopwatch.StartNew();
        while (learner.Processes() is { Count: > 0 } left)
        {
            Assert.True(waiting.Elapsed < TimeSpan.FromMinutes(1), $"{learner.Name}'s server is stopped, and there is still: {string.Join(", ", left.Select(process => $"{process.ProcessName} ({process.Id})"))}");
            await Task.Delay(TimeSpan.FromSeconds(0.5), TestContext.Current.CancellationToken);
        }
    }

    // What a browser waited for in vain is of little use without what it saw, and what the hub said.
    private static async Task WithReasonAsync(Task waiting, IPage page, HubServer server)
    {
        try
        {
            await waiting;
        }
        catch (TimeoutException e)
        {
            await page.ScreenshotAsync(new() { Path = Path.Combine(screenshots, "jupyterhub-failure.png"), FullPage = true });
            Assert.Fail($"{e.Message}\n{page.Url} shows:\n{await page.InnerTextAsync("body")}\nThe hub says:\n{server.Log}");
        }
    }

    private static string Parameters(int epochs, double learningRate) =>
        FormattableString.Invariant($"var epochs = {epochs};\nvar patience = 100;\nvar batchSize = 32;\nvar learningRate = {learningRate};\nvar imageSize = 32;\nvar seed = 0;");
}
