using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace NotebookKernel.Running;

/// <summary>An event of a running notebook; in JSON, a line of <c>--progress json</c>.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(RunStarted), "started")]
[JsonDerivedType(typeof(CellStarted), "cell")]
[JsonDerivedType(typeof(RunOutput), "output")]
[JsonDerivedType(typeof(RunFinished), "finished")]
public abstract record RunEvent
{
    private static readonly JsonSerializerOptions format = new(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        AllowOutOfOrderMetadataProperties = true,
    };

    /// <summary>Reads a line; a line that is no event, such as one from a native library, counts as output.</summary>
    /// <param name="line">The line without its end.</param>
    public static RunEvent Parse(string line)
    {
        ArgumentNullException.ThrowIfNull(line);
        try
        {
            return line.StartsWith('{') ? JsonSerializer.Deserialize<RunEvent>(line, format)! : new RunOutput(line);
        }
        catch (Exception e) when (e is JsonException or NotSupportedException)
        {
            return new RunOutput(line);
        }
    }

    /// <summary>The event as a line that <see cref="Parse"/> reads, without its end.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, format);
}

/// <summary>The run begins.</summary>
/// <param name="Cells">How many code cells there are.</param>
public sealed record RunStarted(int Cells) : RunEvent;

/// <summary>A cell begins.</summary>
/// <param name="Cell">The number of the cell among the code cells, from 1.</param>
/// <param name="Cells">How many code cells there are.</param>
/// <param name="Title">The last Markdown heading before the cell; empty if there is none.</param>
public sealed record CellStarted(int Cell, int Cells, string Title) : RunEvent;

/// <summary>A cell produces output: console text, or the plain text of a value that is displayed or updated.</summary>
/// <param name="Text">The text, which may have several lines.</param>
public sealed record RunOutput(string Text) : RunEvent;

/// <summary>The run is over.</summary>
/// <param name="Status">How it ended.</param>
/// <param name="Seconds">How long it took.</param>
/// <param name="Failure">Why it ended early; <c>null</c> if it did not.</param>
public sealed record RunFinished(NotebookStatus Status, double Seconds, CellFailure? Failure) : RunEvent;
