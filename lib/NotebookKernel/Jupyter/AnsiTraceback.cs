using System.Text.RegularExpressions;
using NotebookKernel.Sessions;

namespace NotebookKernel.Jupyter;

/// <summary>Formats a cell's error for front ends: in colour, with the line of the cell easy to find.</summary>
internal static partial class AnsiTraceback
{
    private const string Red = "\e[1;31m", Cyan = "\e[36m", Plain = "\e[0m";

    /// <summary>The lines of the traceback.</summary>
    public static IEnumerable<string> Of(CellError error) => error.Traceback.Select((line, i) => i == 0 && !Place().IsMatch(line)
        ? Red + line + Plain
        : Mark().Replace(Place().Replace(line, Cyan + "$0" + Plain), Red + "^" + Plain));

    // "cell 3, line 7", alone or within a line of the stack trace.
    [GeneratedRegex(@"(?<=^(   at )?)[^:\s][^:]*, line \d+(?=:)")]
    private static partial Regex Place();

    [GeneratedRegex(@"(?<=^\s+)\^$")]
    private static partial Regex Mark();
}
