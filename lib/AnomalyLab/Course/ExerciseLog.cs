using System.Text.Json;

namespace AnomalyLab.Course;

/// <summary>The exercises that a learner has solved: a line for each, beside the runs.</summary>
/// <param name="path">The file.</param>
internal sealed class ExerciseLog(string path)
{
    /// <summary>The log in a folder such as <see cref="CourseFolders.Output"/>.</summary>
    /// <param name="output">The folder that the notebooks write to.</param>
    public static ExerciseLog In(string output) => new(Path.Combine(output, "models", "exercises.jsonl"));

    /// <summary>Notes that an exercise is solved, once.</summary>
    /// <param name="exercise">The name of its method in <see cref="Exercises"/>.</param>
    /// <returns>Why it could not be noted; <c>null</c> where it is.</returns>
    public string? Add(string exercise)
    {
        try
        {
            if (Solved().Contains(exercise))
                return null;
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.AppendAllText(path, JsonSerializer.Serialize(new Line(exercise, DateTimeOffset.Now)) + "\n");
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return e.Message;
        }
    }

    /// <summary>The names of the solved exercises. Lines that a killed process left half-written are skipped.</summary>
    public IReadOnlySet<string> Solved() => File.Exists(path)
        ? File.ReadLines(path).Select(Parse).OfType<string>().ToHashSet()
        : new HashSet<string>();

    private static string? Parse(string line)
    {
        try
        {
            return JsonSerializer.Deserialize<Line>(line)?.Exercise;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private sealed record Line(string Exercise, DateTimeOffset Time);
}
