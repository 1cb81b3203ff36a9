using System.Text.Json.Nodes;
using AnomalyLab.Course;
using Tutorial.Inspection;

namespace Tutorial.Tests;

/// <summary>The course's own notebooks in Jupyter without a front end.</summary>
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

    // It takes minutes, so only .ci/run asks for it, with --explicit only.
    [Fact(Explicit = true)]
    public async Task All_notebooks_run_in_microsofts_kernel_as_in_ours()
    {
        using var ours = await JupyterCourse.CreateAsync("jupyter-nbconvert", "jupyter-nbconvert");
        using var theirs = await JupyterCourse.CreateWithMicrosoftsAsync("jupyter-nbconvert", "jupyter-nbconvert");

        var executed = await Task.WhenAll(ExecuteAllAsync(ours, "ours"), ExecuteAllAsync(theirs, "microsofts"));

        Assert.NotEmpty(executed[0]);
        foreach (var (inOurs, inTheirs) in executed[0].Zip(executed[1]))
        {
            Assert.Equal(inOurs.Name, inTheirs.Name);
            foreach (var (number, (cell, other)) in inOurs.Cells.Zip(inTheirs.Cells).Index())
                AssertSame($"{inOurs.Name}, code cell {number + 1}", ShownByCell.Read(cell, ours.At()), ShownByCell.Read(other, theirs.At()));
        }
    }

    private static void AssertSame(string where, IReadOnlyList<ShownByCell> ours, IReadOnlyList<ShownByCell> theirs)
    {
        // Microsoft's kernel begins with a script of its own, by which the page could talk to it.
        if (theirs is [var first, ..] && first.Forms.Values.Any(form => form.Contains("dotnet-interactive-this-cell", StringComparison.Ordinal)))
            theirs = [.. theirs.Skip(1)];

        Assert.True(ours.Concat(theirs).All(output => output.Name is not ("stderr" or "error")), $"{where}: {string.Join('\n', theirs.Concat(ours).Where(output => output.Name is "stderr" or "error").SelectMany(output => output.Forms.Values))}");
        Assert.True(ours.Select(output => output.Name).SequenceEqual(theirs.Select(output => output.Name)), $"{where} has {Names(ours)} in our kernel and {Names(theirs)} in Microsoft's.");
        foreach (var (mine, other) in ours.Zip(theirs))
        {
            // Our kernel adds plain text to what is HTML only.
            var added = mine.Forms.Keys.Except(other.Forms.Keys);
            Assert.True(other.Forms.Keys.All(mine.Forms.ContainsKey) && added.All(form => form == "text/plain"), $"{where} shows {string.Join(", ", mine.Forms.Keys)} in our kernel and {string.Join(", ", other.Forms.Keys)} in Microsoft's.");
            Assert.All(other.Forms, form => Assert.Equal((where, form.Key, mine.Forms[form.Key]), (where, form.Key, form.Value)));
        }

        static string Names(IEnumerable<ShownByCell> outputs) => $"[{string.Join(", ", outputs.Select(output => output.Name))}]";
    }

    /// <summary>Runs the whole course quickly, and keeps the executed notebooks among the artifacts.</summary>
    private static async Task<(string Name, JsonNode[] Cells)[]> ExecuteAllAsync(JupyterCourse course, string kernel)
    {
        var notebooks = course.Copy("", epochs: 1);
        var executed = await ExecuteAsync(course, "executed", notebooks);
        var kept = Directory.CreateDirectory(Path.Combine(CourseFolders.Repository, "artifacts", "nbconvert", kernel));
        foreach (var file in Directory.GetFiles(course.At("executed")))
            File.Copy(file, Path.Combine(kept.FullName, Path.GetFileName(file)), overwrite: true);
        return [.. notebooks.Zip(executed, (file, notebook) => (Path.GetFileName(file), notebook["cells"]!.AsArray().Where(cell => $"{cell!["cell_type"]}" == "code").Select(cell => cell!).ToArray()))];
    }

    private static IEnumerable<JsonNode> Outputs(JsonNode notebook) =>
        notebook["cells"]!.AsArray().SelectMany(cell => cell!["outputs"]?.AsArray() ?? []).Select(output => output!);

    private static async Task<JsonNode[]> ExecuteAsync(JupyterCourse course, string to, string[] notebooks)
    {
        await course.RunAsync("jupyter-nbconvert", ["--to", "notebook", "--execute", "--output-dir", course.At(to), .. notebooks]);
        return [.. notebooks.Select(notebook => JsonNode.Parse(File.ReadAllText(course.At(to, Path.GetFileName(notebook))))!)];
    }
}
