using System.Collections.Immutable;
using System.Diagnostics;
using System.Runtime.Loader;
using Microsoft.CodeAnalysis;

namespace NotebookKernel.Sessions;

/// <summary>Says where in the notebook's source an error comes from.</summary>
/// <param name="sources">The source of every cell and imported file that has run, by the path it was compiled with.</param>
/// <param name="cell">The path of the cell that fails: its name, as if it were a file in the notebook's folder.</param>
internal sealed class ErrorReport(IReadOnlyDictionary<string, string> sources, string cell)
{
    /// <summary>Reports the compiler's errors, each with its line and a mark under the place.</summary>
    public CellError Of(ImmutableArray<Diagnostic> diagnostics)
    {
        var errors = diagnostics.Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error).ToList();
        var first = LineIn(errors[0]);
        var more = errors.Count switch { 1 => "", 2 => " (and 1 more error)", _ => $" (and {errors.Count - 1} more errors)" };
        return new CellError(
            "CompilationError",
            $"{Place(errors[0])}{errors[0].GetMessage()} ({errors[0].Id}){more}",
            first?.Path == cell ? LineOf(first.Value) : null,
            [.. errors.SelectMany(Lines)]);
    }

    /// <summary>Reports an exception with the frames of the notebook's cells and libraries, without .NET's and this engine's own.</summary>
    public CellError Of(Exception exception)
    {
        var lines = Frames(exception).Where(frame => frame.GetFileName() == cell).Select(frame => (int?)frame.GetFileLineNumber());
        return new CellError(exception.GetType().FullName!, MessageOf(exception), lines.FirstOrDefault(), [.. Lines(exception)]);
    }

    /// <summary>Whether a cell's code, or that of a library it references, is in an exception's stack trace.</summary>
    public static bool IsNotebooks(Exception exception) => Frames(exception).Any(IsNotebooks);

    /// <summary>The message of an exception; if reading it throws, a sentence that says so.</summary>
    public static string MessageOf(Exception exception)
    {
        try
        {
            return exception.Message ?? "";
        }
        catch (Exception inner)
        {
            return $"(There is no message, for reading it throws {inner.GetType().FullName}.)";
        }
    }

    private static int LineOf(FileLinePositionSpan span) => span.StartLinePosition.Line + 1;

    private static string Place(string file, int line) => $"{Path.GetFileName(file)}, line {line}";

    private static string Place(Diagnostic error) => LineIn(error) is { } span ? $"{Place(span.Path, LineOf(span))}: " : "";

    // Some errors are about the whole compilation, such as two libraries of one name.
    private static FileLinePositionSpan? LineIn(Diagnostic error) => error.Location.IsInSource ? error.Location.GetLineSpan() : null;

    private static StackFrame[] Frames(Exception exception) => new StackTrace(exception, fNeedFileInfo: true).GetFrames();

    private IEnumerable<string> Lines(Diagnostic error)
    {
        yield return $"{Place(error)}error {error.Id}: {error.GetMessage()}";
        if (LineIn(error) is not { } span || SourceLine(span.Path, LineOf(span)) is not { } line)
            yield break;
        yield return "    " + line;
        var indent = line.Take(span.StartLinePosition.Character).Select(character => character == '\t' ? '\t' : ' ');
        yield return "    " + string.Concat(indent) + "^";
    }

    private IEnumerable<string> Lines(Exception exception)
    {
        yield return $"{exception.GetType().FullName}: {MessageOf(exception)}";
        foreach (var frame in Frames(exception))
        {
            if (frame.GetFileName() is { } file && SourceLine(file, frame.GetFileLineNumber()) is { } line)
                yield return $"   at {Place(file, frame.GetFileLineNumber())}: {line.Trim()}";
            else if (IsNotebooks(frame))
                yield return new StackTrace(frame).ToString().Split('\n')[0].TrimEnd();
        }

        var inner = exception is AggregateException aggregate ? [.. aggregate.InnerExceptions] : new[] { exception.InnerException };
        foreach (var line in inner.OfType<Exception>().SelectMany(Lines))
            yield return " caused by " + line;
    }

    // The notebook's libraries are loaded apart from .NET, Roslyn and this engine.
    private static bool IsNotebooks(StackFrame frame) =>
        frame.GetMethod()?.Module.Assembly is { } assembly && AssemblyLoadContext.GetLoadContext(assembly) != AssemblyLoadContext.Default;

    private string? SourceLine(string file, int number) =>
        sources.TryGetValue(file, out var source) ? source.ReplaceLineEndings("\n").Split('\n').ElementAtOrDefault(number - 1) : null;
}
