using System.Text.Json;

namespace AnomalyLab.Course;

/// <summary>
/// What the checks say, from <c>Exercises.LANGUAGE.json</c>: for each exercise a text for each mistake, and one for <c>right</c>.
/// Texts that all exercises share are under <see cref="Common"/>.
/// </summary>
internal static class ExerciseTexts
{
    public const string Common = "all exercises";

    private static readonly Dictionary<string, Dictionary<string, string>> english = Load("en"), japanese = Load("ja");

    /// <summary>The texts of an exercise in a language; in English where they are not translated.</summary>
    /// <param name="exercise">The name of its method in <see cref="Exercises"/>, or <see cref="Common"/>.</param>
    /// <param name="language"><c>en</c> or <c>ja</c>.</param>
    public static IReadOnlyDictionary<string, string> Of(string exercise, string language) =>
        language == "ja" && japanese.TryGetValue(exercise, out var texts) ? texts : english[exercise];

    private static Dictionary<string, Dictionary<string, string>> Load(string language)
    {
        using var file = typeof(ExerciseTexts).Assembly.GetManifestResourceStream($"Exercises.{language}.json")!;
        return JsonSerializer.Deserialize<Dictionary<string, Dictionary<string, string>>>(file)!;
    }
}
