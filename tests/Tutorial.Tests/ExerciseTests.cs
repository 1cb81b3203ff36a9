using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using AnomalyLab.Course;
using Tutorial.Running;

namespace Tutorial.Tests;

/// <summary>The exercises of the notebooks: their solutions and typical wrong answers, in the engine that learners use.</summary>
public sealed class ExerciseTests : IDisposable
{
    private static readonly Dictionary<string, Dictionary<string, string>> texts = JsonSerializer.Deserialize<Dictionary<string, Dictionary<string, string>>>(
        File.ReadAllText(Path.Combine(CourseFolders.Repository, "lib", "AnomalyLab", "Course", "Exercises.en.json")))!;

    private readonly TestRepository repository = new();

    public void Dispose() => repository.Dispose();

    /// <summary>The notebooks that have exercises.</summary>
    public static IEnumerable<TheoryDataRow<string>> Notebooks =>
        CourseExercise.All.Where(of => of.Exercises.Length > 0).Select(of => new TheoryDataRow<string>(of.Notebook.Name));

    [Fact]
    public void Every_exercise_has_a_solution_texts_and_a_wrong_answer_for_each_mistake_that_it_knows()
    {
        var exercises = CourseExercise.All.SelectMany(of => of.Exercises).ToArray();

        Assert.Equal([], exercises.Where(exercise => exercise.Solution is null).Select(exercise => $"{exercise.Name} has no solution"));
        Assert.Equal([], exercises.Where(exercise => !texts.ContainsKey(exercise.Name)).Select(exercise => $"{exercise.Name} has no texts"));
        Assert.Equal([], exercises.Where(exercise => WrongAnswers.Of.GetValueOrDefault(exercise.Name, []).Length < 2).Select(exercise => $"{exercise.Name} has fewer than two wrong answers"));
        Assert.Equal(
            exercises.Select(exercise => (exercise.Name, string.Join("; ", texts[exercise.Name].Keys.Where(key => key != "right").Order()))),
            exercises.Select(exercise => (exercise.Name, string.Join("; ", WrongAnswers.Of[exercise.Name].Select(wrong => wrong.Mistake).Order()))));
    }

    [Fact]
    public void Every_exercise_of_the_library_stands_in_a_notebook_once() =>
        Assert.Equal(
            typeof(Exercises).GetMethods().Where(method => method.IsStatic).Select(method => method.Name).Order(),
            CourseExercise.All.SelectMany(of => of.Exercises).Select(exercise => exercise.Name).Order());

    [Theory]
    [MemberData(nameof(Notebooks))]
    public async Task A_check_accepts_the_solution_hints_at_each_mistake_and_waits_for_an_answer(string name)
    {
        var (notebook, exercises) = CourseExercise.All.Single(of => of.Notebook.Name == name);
        (string Source, string Says)[] cells =
        [
            .. exercises.Select(exercise => (exercise.Cell, $"… {texts["all exercises"]["not answered"]}")),
            .. exercises.Select(exercise => (exercise.Solution!, $"✔ {texts[exercise.Name]["right"]}")),
            .. exercises.SelectMany(exercise => WrongAnswers.Of[exercise.Name]
                .Select(wrong => ($"Exercises.{exercise.Name}({wrong.Answer})", $"✘ {texts[exercise.Name][wrong.Mistake]}"))),
        ];

        var setUp = notebook.Content.Cells.First(cell => cell.IsCode).Source.Replace("\"../", $"\"{CourseFolders.Repository.Replace('\\', '/')}/", StringComparison.Ordinal);
        var said = await RunAsync([setUp, .. cells.Select(cell => cell.Source)]);

        Assert.Equal(cells.Select(cell => $"{cell.Source}\n→ {cell.Says}"), cells.Zip(said.Skip(1), (cell, says) => $"{cell.Source}\n→ {says}"));
    }

    /// <summary>Runs cells in a kernel of its own, and returns the plain text of what each shows last.</summary>
    private async Task<string[]> RunAsync(string[] cells)
    {
        var executed = repository.At("executed.ipynb");
        using var process = Process.Start(new ProcessStartInfo(NotebookProcess.Kernel[0], [NotebookProcess.Kernel[1], "execute", repository.Write("exercises", cells), executed])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["ANOMALYLAB_OUTPUT"] = repository.Output },
        })!;
        var says = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, string.Join('\n', says));
        return [.. JsonNode.Parse(await File.ReadAllTextAsync(executed))!["cells"]!.AsArray()
            .Select(cell => cell!["outputs"]!.AsArray().LastOrDefault()?["data"]?["text/plain"] is JsonArray lines ? string.Concat(lines.Select(line => (string?)line)) : "")];
    }
}
