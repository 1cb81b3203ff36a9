using NotebookKernel.Notebooks;
using NotebookKernel.Running;
using Tutorial.Notebooks;
using Tutorial.Running;

namespace Tutorial.Tests;

public sealed class ArgumentTests : IDisposable
{
    private readonly TestRepository _repository = new();

    public ArgumentTests()
    {
        _repository.Write("02-b", "# B", "//parameters\nvar epochs = 3;\ndouble learningRate = 1e-3; // Adam's\nint[] sizes = { 1 };");
        _repository.Write("01-a", "# A", "1");
    }

    public void Dispose() => _repository.Dispose();

    [Fact]
    public async Task An_unknown_parameter_is_refused_before_anything_runs_and_the_known_ones_are_listed()
    {
        var (code, says) = await _repository.InvokeAsync("--set", "epoch=5");

        Assert.Equal(2, code);
        Assert.Contains("No chosen notebook has a parameter epoch. There are: epochs, learningRate, sizes.", says);
        Assert.False(Directory.Exists(_repository.Output));
    }

    [Fact]
    public async Task A_parameter_of_a_notebook_that_is_not_chosen_is_unknown()
    {
        var (code, says) = await _repository.InvokeAsync("01", "--set", "epochs=5");

        Assert.Equal(2, code);
        Assert.Contains("None of them has any", says);
    }

    [Theory]
    [InlineData("--set", "epochs", "--set epochs is not understood: write NAME=VALUE")]
    [InlineData("--timeout", "10", "--timeout 10 is not understood: write hours, minutes and seconds")]
    [InlineData("--timeout", "00:00:00", "--timeout 00:00:00 is not understood")]
    [InlineData("run", "07-x", "There is no notebook 07-x. There are: 01-a, 02-b")]
    [InlineData("--colour", "red", "--colour")]
    public async Task A_mistake_is_answered_with_a_sentence(string first, string second, string says)
    {
        var result = await _repository.InvokeAsync(first, second);

        Assert.Equal(2, result.Code);
        Assert.Contains(says, result.Says);
    }

    [Theory]
    [InlineData("01-a", "02-b")]
    [InlineData("01-a", "02-b", "02", "01-a")]
    [InlineData("02-b", "", "02-b.ipynb")]
    public void Notebooks_are_chosen_by_name_or_its_beginning_in_file_order(string first, string second, params string[] chosen) =>
        Assert.Equal(new[] { first, second }.Where(name => name.Length > 0), CourseNotebooks.Choose(_repository.Root, "en", chosen).Select(notebook => notebook.Name));

    [Fact]
    public void A_notebook_is_chosen_by_path_from_anywhere()
    {
        var elsewhere = _repository.At("mine.ipynb");
        File.Move(_repository.Write("mine", "# Mine"), elsewhere);

        Assert.Equal(["mine"], CourseNotebooks.Choose(_repository.Root, "en", [elsewhere]).Select(notebook => notebook.Name));
    }

    [Fact]
    public void A_file_that_is_no_notebook_is_named()
    {
        File.WriteAllText(_repository.At("notebooks", "03-c.ipynb"), "{");

        Assert.Contains("03-c.ipynb is not a notebook", Assert.Throws<NotebookException>(() => CourseNotebooks.Choose(_repository.Root, "en", [])).Message);
    }

    [Fact]
    public void An_earlier_run_is_cleared_but_checkpoints_stay()
    {
        var folder = new OutputFolder(_repository.Output);
        folder.Clear(["01-a", "02-b"]);
        foreach (var file in new[] { folder.Index, folder.Page("01-a"), folder.Executed("01-a"), folder.Page("02-b"), Path.Combine(folder.FullPath, "model.pt") })
            File.WriteAllText(file, "old");
        NotRun("01-a", "02-b").Write(folder.FullPath);

        var cleared = folder.Clear(["02-b"]);

        Assert.Equal(["01-a.html", "02-b.html", "index.html", "notebooks/01-a.ipynb", "results.json"], cleared.Order(StringComparer.Ordinal));
        Assert.Equal(["model.pt", "notebooks"], Directory.EnumerateFileSystemEntries(folder.FullPath).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Files_that_no_run_wrote_are_not_overwritten()
    {
        // As an output folder the repository itself would lose its notebooks.
        var (code, says) = await _repository.InvokeAsync("01", "--output", _repository.Root);

        Assert.Equal(2, code);
        Assert.Contains("no earlier run wrote it", says);
        Assert.Contains("# A", File.ReadAllText(_repository.At("notebooks", "01-a.ipynb")));
    }

    private static Results NotRun(params string[] names) => new(true, DateTimeOffset.Now, 1, new Dictionary<string, string>(), Machine.This, null, [],
        [.. names.Select(name => new NotebookResult(name, NotebookStatus.NotRun, 0, []))]);
}
