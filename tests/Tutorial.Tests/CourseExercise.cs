using System.Text.RegularExpressions;
using AnomalyLab.Course;
using NotebookKernel.Notebooks;
using Tutorial.Notebooks;

namespace Tutorial.Tests;

/// <summary>An exercise as it stands in a notebook of the course.</summary>
/// <param name="Name">The method of <c>Exercises</c> that its cell calls.</param>
/// <param name="Cell">The cell's source.</param>
/// <param name="Solution">The code folded in the next cell; <c>null</c> where there is none.</param>
internal sealed partial record CourseExercise(string Name, string Cell, string? Solution)
{
    /// <summary>Every notebook of the course with its exercises.</summary>
    public static IEnumerable<(CourseNotebook Notebook, CourseExercise[] Exercises)> All =>
        CourseNotebooks.Choose(CourseFolders.Repository, "en", []).Select(notebook => (notebook, Of(notebook.Content.Cells)));

    private static CourseExercise[] Of(IReadOnlyList<NotebookCell> cells) =>
    [
        .. cells.Index().Where(cell => cell.Item.IsCode && Call().IsMatch(cell.Item.Source)).Select(cell => new CourseExercise(
            Call().Match(cell.Item.Source).Groups[1].Value, cell.Item.Source,
            cell.Index + 1 < cells.Count && Folded().Match(cells[cell.Index + 1].Source) is { Success: true } folded ? folded.Groups[1].Value : null)),
    ];

    [GeneratedRegex(@"\bExercises\.(\w+)\(")]
    private static partial Regex Call();

    [GeneratedRegex(@"<details>.*?```csharp\n(.*?)```.*?</details>", RegexOptions.Singleline)]
    private static partial Regex Folded();
}
