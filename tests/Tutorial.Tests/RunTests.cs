using System.Text.Json.Nodes;
using NotebookKernel.Running;

namespace Tutorial.Tests;

public sealed class RunTests(StoppedCourse course)
{
    [Fact]
    public void The_run_stops_at_the_first_failing_notebook_and_says_so_by_its_exit_code()
    {
        Assert.Equal(1, course.Code);
        Assert.Equal(
            [("01-first", NotebookStatus.Ok), ("02-second", NotebookStatus.Failed), ("03-third", NotebookStatus.NotRun)],
            course.Results.Notebooks.Select(notebook => (notebook.Name, notebook.Status)));
    }

    [Fact]
    public void A_failing_cell_is_shown_with_notebook_number_heading_marked_line_and_error()
    {
        Assert.Contains("02-second failed in cell 3 (Divide).", course.Says);
        Assert.Contains("    1 | var y = 0;", course.Says);
        Assert.Contains(">   2 | var z = x / y;", course.Says);
        Assert.Contains("System.DivideByZeroException: Attempted to divide by zero.", course.Says);
    }

    [Fact]
    public void Cells_are_announced_with_their_number_and_heading()
    {
        Assert.Contains("cell 1 of 4  Train", course.Says);
        Assert.Contains("cell 3 of 4  Divide", course.Says);
    }

    [Fact]
    public void Results_json_has_the_shape_that_is_promised()
    {
        var json = JsonNode.Parse(File.ReadAllText(Path.Combine(course.Output, "results.json")))!;

        Assert.Equal(["ok", "failed", "not run"], json["notebooks"]!.AsArray().Select(notebook => (string)notebook!["status"]!));
        var first = json["notebooks"]![0]!;
        Assert.Equal("01-first", (string)first["name"]!);
        Assert.True((double)first["seconds"]! > 0);
        Assert.Equal("Cell 3, line 2: System.DivideByZeroException: Attempted to divide by zero.", (string)json["notebooks"]![1]!["error"]!);
        Assert.True((bool)json["complete"]!);
        Assert.Equal("5", (string)json["parameters"]!["epochs"]!);
        Assert.Equal(Environment.ProcessorCount, (int)json["machine"]!["cores"]!);
        Assert.StartsWith(".NET ", (string)json["machine"]!["dotnet"]!);
        Assert.True(DateTimeOffset.Parse((string)json["started"]!) > DateTimeOffset.Now.AddHours(-1));
        Assert.True((double)json["seconds"]! > (double)first["seconds"]!);
    }

    [Fact]
    public void Values_that_a_notebook_recorded_are_merged_and_later_ones_win()
    {
        var values = course.Results.Notebooks[0].Values;

        Assert.Equal(0.91234567, (double)values["auc"]!);
        Assert.Equal(166, (int)values["good"]!);
        Assert.Equal("synthetic", course.Results.Data);
    }

    [Fact]
    public void Notebooks_are_told_where_the_output_goes() =>
        Assert.Equal(course.Output, (string)course.Results.Notebooks[0].Values["output"]!);

    [Fact]
    public void The_summary_shows_rounded_values_the_data_and_where_to_look()
    {
        Assert.Contains("auc 0.9123", course.Says);
        Assert.Contains("synthetic bottles", course.Says);
        Assert.Contains(Path.Combine(course.Output, "index.html"), course.Says);
    }

    [Fact]
    public void A_parameter_reaches_the_notebook_that_has_it() =>
        Assert.Contains("epochs 5, ", File.ReadAllText(Path.Combine(course.Output, "notebooks", "01-first.ipynb")));
}
