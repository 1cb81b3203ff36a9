using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using AnomalyLab.Display;

namespace AnomalyLab.Course;

/// <summary>How far learners have come with the exercises.</summary>
public static partial class CourseProgress
{
    /// <summary>One learner's: for each notebook, which exercises are solved and which are still open.</summary>
    /// <param name="output">The folder that the learner's notebooks write to.</param>
    public static Table Of(string output)
    {
        var solved = ExerciseLog.In(output).Solved();
        return new(Texts.Of("Your exercises"), [Texts.Of("notebook"), Texts.Of("solved"), Texts.Of("still open")],
            [.. Notebooks().Select(notebook => (object?[])[notebook.Title,
                Texts.Format($"{notebook.Exercises.Count(solved.Contains)} of {notebook.Exercises.Length}"),
                string.Join(", ", notebook.Exercises.Where(exercise => !solved.Contains(exercise)))])]);
    }

    /// <summary>Many learners', in numbers only: how many have solved each exercise. Nobody's name or folder is in it.</summary>
    /// <param name="outputs">The folder of each learner; folders without a solved exercise count as learners, too.</param>
    public static Table Of(IReadOnlyCollection<string> outputs)
    {
        var solved = outputs.Select(output => ExerciseLog.In(output).Solved()).ToArray();
        return new(Texts.Format($"Exercises of {outputs.Count} learners"), [Texts.Of("notebook"), Texts.Of("exercise"), Texts.Of("solved by")],
            [.. Notebooks().SelectMany(notebook => notebook.Exercises.Select(exercise =>
                (object?[])[notebook.Title, exercise, solved.Count(of => of.Contains(exercise))]))]);
    }

    private static IEnumerable<(string Title, string[] Exercises)> Notebooks() =>
        from english in Directory.GetFiles(Path.Combine(CourseFolders.Repository, "notebooks"), "*.ipynb").Order(StringComparer.Ordinal)
        let translated = Path.Combine(Path.GetDirectoryName(english)!, Texts.Language, Path.GetFileName(english))
        let file = File.Exists(translated) ? translated : english
        let cells = JsonNode.Parse(File.ReadAllText(file))!["cells"]!.AsArray().Select(cell => string.Concat(cell!["source"]!.AsArray().Select(line => (string?)line))).ToArray()
        let exercises = cells.Where(cell => cell.StartsWith("//", StringComparison.Ordinal)).SelectMany(cell => Call().Matches(cell)).Select(match => match.Groups[1].Value).Distinct().ToArray()
        where exercises.Length > 0
        select (cells[0].Split('\n')[0].TrimStart('#', ' '), exercises);

    [GeneratedRegex(@"\bExercises\.(\w+)\(")]
    private static partial Regex Call();
}
