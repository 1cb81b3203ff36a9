using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace NotebookKernel.Notebooks;

/// <summary>JSON as notebooks in the wild have it: that of Python and JavaScript, which allow more than the standard.</summary>
internal static partial class LenientJson
{
    /// <summary>As deep as Python's own reader goes; charts and widgets nest deeper than the 64 levels that .NET allows otherwise.</summary>
    public const int MaxDepth = 1000;

    private static readonly JsonDocumentOptions options = new() { AllowDuplicateProperties = false, MaxDepth = MaxDepth };

    /// <summary>
    /// Reads JSON. <c>NaN</c> and the infinities, which Python writes and JSON has not, become <c>null</c>; half of a
    /// surrogate pair, which no text can keep, becomes U+FFFD.
    /// </summary>
    /// <param name="text">The JSON.</param>
    /// <exception cref="JsonException">It is none.</exception>
    public static JsonNode? Parse(string text)
    {
        var isSuspect = text.Contains("NaN", StringComparison.Ordinal) || text.Contains("Infinity", StringComparison.Ordinal) || text.Contains(@"\ud", StringComparison.OrdinalIgnoreCase);
        return JsonNode.Parse(isSuspect ? Repair(text) : text, documentOptions: options);
    }

    private static string Repair(string text)
    {
        var isInString = false;
        return Token().Replace(text, match =>
        {
            var token = match.Value;
            isInString ^= token == "\"";
            if (match.Groups["half"].Success)
                return @"\ufffd";
            return match.Groups["number"].Success && !isInString ? "null" : token;
        });
    }

    [GeneratedRegex("""
        " |
        \\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2} |
        (?<half>\\u[dD][89a-fA-F][0-9a-fA-F]{2}) |
        \\. |
        (?<number>-?(?:NaN|Infinity))
        """, RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Token();
}
