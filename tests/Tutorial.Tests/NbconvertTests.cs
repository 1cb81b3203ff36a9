using System.Text.Json.Nodes;
using Tutorial.Inspection;

namespace Tutorial.Tests;

/// <summary>The course's own notebooks in Jupyter without a front end, with the kernel that the course installs.</summary>
public sealed class NbconvertTests
{
    [Fact]
    public async Task Two_kernels_that_train_the_same_model_at_once_do_not_spoil_each_others_files()
    {
        using var course = await JupyterCourse.CreateAsync("jupyter-nbconvert", "jupyter-nbconvert");
        var notebooks = course.Copy("04", epochs: 2);

        var executed = await Task.WhenAll(ExecuteAsync(course, "one", notebooks), ExecuteAsync(course, "two", notebooks));

        foreach (var notebook in executed.SelectMany(each => each))
        {
            // The bar has moved in place: what is stored is its last state, once.
            Assert.Single(Outputs(notebook), output => output.ToJsonString().Contains("progress max", StringComparison.Ordinal));
        }
        // Whole, and nothing half-written beside it.
        Assert.Empty(Directory.GetFiles(course.At("output"), "*.partial", SearchOption.AllDirectories));
        var checkpoint = Directory.GetFiles(course.At("output", "models"), "*.safetensors").Single();
        LibTorch.UseTheNotebooks();
        using var model = new AnomalyLab.Models.Autoencoder();
        Assert.Equal(2, AnomalyLab.Training.Checkpoint.Load(checkpoint, model).Options.Epochs);
    }

    // Minutes: .ci/run asks for it by --explicit on.
    [Fact(Explicit = true)]
    public async Task All_notebooks_run_in_jupyter()
    {
        using var course = await JupyterCourse.CreateAsync("jupyter-nbconvert", "jupyter-nbconvert");

        var executed = await ExecuteAsync(course, "executed", course.Copy("", epochs: 1));

        Assert.NotEmpty(executed);
        Assert.All(executed, notebook => Assert.NotEmpty(Outputs(notebook)));
    }

    private static IEnumerable<JsonNode> Outputs(JsonNode notebook) =>
        notebook["cells"]!.AsArray().SelectMany(cell => cell!["outputs"]?.AsArray() ?? []).Select(output => output!);

    private static async Task<JsonNode[]> ExecuteAsync(JupyterCourse course, string to, string[] notebooks)
    {
        using var process = course.Start("jupyter-nbconvert", ["--to", "notebook", "--execute", "--output-dir", course.At(to), .. notebooks]);
        var said = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, string.Join('\n', said));
        return [.. notebooks.Select(notebook => JsonNode.Parse(File.ReadAllText(course.At(to, Path.GetFileName(notebook))))!)];
    }
}
