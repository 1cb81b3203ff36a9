using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace NotebookKernel.Notebooks;

/// <summary>Reads JSON as notebooks contain it: as Python and JavaScript write it, which allow more than the standard.</summary>
internal static partial class LenientJson
{
    /// <summary>As deep as Python's own reader; charts and widgets nest deeper than .NET's default of 64 levels.</summary>
    public const int MaxDepth = 1000;

    private static readonly JsonDocumentOptions options = new() { AllowDuplicateProperties = false, MaxDepth = MaxDepth };

    /// <summary>
    /// Reads JSON. <c>NaN</c> and infinities, which Python writes but JSON does not have, become <c>null</c>; an unpaired
    /// surrogate becomes U+FFFD.
    /// </summary>
    /// <param name="text">The JSON.</param>
    /// <exception cref="JsonException">The text is not JSON.</exception>
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
