using System.Runtime.InteropServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using NotebookKernel.Running;

namespace Tutorial.Running;

/// <summary>The content of <c>results.json</c>. It is always up to date: written before the first notebook and after each.</summary>
/// <param name="Complete">Whether the run came to its end, good or bad; <c>false</c> where it was killed or still goes on.</param>
/// <param name="Started">When it began.</param>
/// <param name="Seconds">How long it took so far.</param>
/// <param name="Parameters">The parameters that were set.</param>
/// <param name="Machine">The machine.</param>
/// <param name="PeakMemoryMegabytes">The most memory a notebook's process held; <c>null</c> where the system does not tell.</param>
/// <param name="Cleared">Files of an earlier run that this one removed at its start. All other files in the folder, checkpoints too, may be older than this run.</param>
/// <param name="Notebooks">The chosen notebooks in order.</param>
internal sealed record Results(
    bool Complete, DateTimeOffset Started, double Seconds, IReadOnlyDictionary<string, string> Parameters, Machine Machine,
    double? PeakMemoryMegabytes, IReadOnlyList<string> Cleared, IReadOnlyList<NotebookResult> Notebooks)
{
    /// <summary>The file's name.</summary>
    public const string FileName = "results.json";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Where the pictures came from, <c>mvtec</c> or <c>synthetic</c>; <c>null</c> if no notebook said so.</summary>
    public string? Data => Notebooks.Select(notebook => (string?)notebook.Values["data"]).LastOrDefault(data => data is not null);

    /// <summary>Reads what a run left in a folder.</summary>
    /// <param name="folder">The output folder.</param>
    /// <returns><c>null</c> where there is no such file, or another program's.</returns>
    public static Results? Read(string folder)
    {
        var file = Path.Combine(folder, FileName);
        try
        {
            return File.Exists(file) && JsonSerializer.Deserialize<Results>(File.ReadAllText(file), Json) is { Notebooks: not null } results ? results : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Writes the file whole or not at all.</summary>
    /// <param name="folder">The output folder.</param>
    public void Write(string folder)
    {
        var file = Path.Combine(folder, FileName);
        File.WriteAllText(file + ".partial", JsonSerializer.Serialize(this, Json));
        File.Move(file + ".partial", file, overwrite: true);
    }
}

/// <summary>How one notebook went.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Status">How it ended.</param>
/// <param name="Seconds">How long it took.</param>
/// <param name="Values">What it recorded.</param>
/// <param name="Error">What stopped it, in a sentence.</param>
internal sealed record NotebookResult(string Name, NotebookStatus Status, double Seconds, JsonObject Values, string? Error = null)
{
    /// <summary>A recorded value for people: numbers with four significant digits, whole numbers in full.</summary>
    /// <param name="value">The value.</param>
    public static string Text(JsonNode? value) => value?.GetValueKind() switch
    {
        JsonValueKind.Number when double.IsInteger((double)value) => ((double)value).ToString("0"),
        JsonValueKind.Number => ((double)value).ToString("G4"),
        JsonValueKind.String => (string)value!,
        null => "none",
        _ => value.ToJsonString(),
    };
}

/// <summary>The machine that a run was made on.</summary>
/// <param name="Os">The operating system and the processor's architecture.</param>
/// <param name="Cores">Cores that this process may use.</param>
/// <param name="Dotnet">The .NET runtime.</param>
internal sealed record Machine(string Os, int Cores, string Dotnet)
{
    /// <summary>This machine.</summary>
    public static Machine This => new($"{RuntimeInformation.OSDescription} ({RuntimeInformation.OSArchitecture})", Environment.ProcessorCount, RuntimeInformation.FrameworkDescription);
}
