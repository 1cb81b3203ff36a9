using System.Text.Json;

namespace AnomalyLab.Tests;

/// <summary>The independent references in Fixtures/; its README.md says how they were made.</summary>
internal static class Fixture
{
    private static readonly JsonSerializerOptions Names = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public static string File(string name) => Path.Combine(AppContext.BaseDirectory, "Fixtures", name);

    public static T Read<T>(string name) => JsonSerializer.Deserialize<T>(System.IO.File.ReadAllText(File(name)), Names)!;
}
