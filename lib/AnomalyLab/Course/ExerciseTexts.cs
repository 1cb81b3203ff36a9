using System.Text.Json;

namespace AnomalyLab.Course;

/// <summary>
/// What the checks say, from <c>Exercises.en.json</c>: for each exercise a text for each mistake, and one for <c>right</c>.
/// Texts that all exercises share are under <see cref="Common"/>.
/// </summary>
internal static class ExerciseTexts
{
    public const string Common = "all exercises";

    public static IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> All { get; } = Load();

    private static Dictionary<string, IReadOnlyDictionary<string, string>> Load()
    {
        using var file = typeof(ExerciseTexts).Assembly.GetManifestResourceStream("Exercises.en.json")!;
        return JsonSerializer.Deserialize<Dictionary<string, IReadOnlyDictionary<string, string>>>(file)!;
    }
}
