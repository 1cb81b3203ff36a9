using System.Text.Json;
using System.Text.Json.Serialization;

namespace Tutorial.Running;

/// <summary>A line of NotebookKernel's <c>--progress json</c>.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(Started), "started")]
[JsonDerivedType(typeof(CellStarted), "cell")]
[JsonDerivedType(typeof(Printed), "output")]
[JsonDerivedType(typeof(Finished), "finished")]
internal abstract record KernelEvent
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { AllowOutOfOrderMetadataProperties = true };

    /// <summary>Reads a line; a line that is no event, such as one from a native library, counts as output.</summary>
    /// <param name="line">The line without its end.</param>
    public static KernelEvent Parse(string line)
    {
        try
        {
            return line.StartsWith('{') ? JsonSerializer.Deserialize<KernelEvent>(line, Json)! : new Printed(line);
        }
        catch (Exception e) when (e is JsonException or NotSupportedException)
        {
            return new Printed(line);
        }
    }
}

/// <summary>The notebook was read.</summary>
/// <param name="Cells">Number of code cells.</param>
internal sealed record Started(int Cells) : KernelEvent;

/// <summary>A code cell begins.</summary>
/// <param name="Cell">Its number, from 1.</param>
/// <param name="Cells">Number of code cells.</param>
/// <param name="Title">The heading above it.</param>
internal sealed record CellStarted(int Cell, int Cells, string? Title) : KernelEvent;

/// <summary>Something was printed or shown.</summary>
/// <param name="Text">The text, which may have several lines.</param>
internal sealed record Printed(string Text) : KernelEvent;

/// <summary>The notebook ended.</summary>
/// <param name="Status">How.</param>
/// <param name="Seconds">After how long.</param>
/// <param name="Error">What stopped it.</param>
internal sealed record Finished(NotebookStatus Status, double Seconds, CellError? Error) : KernelEvent;

/// <summary>What stopped a notebook.</summary>
/// <param name="Cell">The code cell's number, from 1.</param>
/// <param name="Line">The line in the cell, from 1; 0 if unknown.</param>
/// <param name="Name">The exception's type.</param>
/// <param name="Message">Its message.</param>
/// <param name="Source">The cell's source.</param>
/// <param name="Traceback">Where it came from.</param>
internal sealed record CellError(int Cell, int? Line, string? Name, string Message, string? Source, string? Traceback);
