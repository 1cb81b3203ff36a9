using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.DotNet.Interactive.Formatting;
using NotebookKernel.Notebooks;

namespace NotebookKernel.Sessions;

/// <summary>A value in each mime type that its formatters offer.</summary>
/// <remarks>
/// <see cref="Formatter"/> is static, so what a notebook registers for a type is seen by every session of the process.
/// Types that a cell declares or a <c>#r</c> loads belong to one session only, and formatters are kept by type, so
/// only formatters for shared types (<c>int</c>, <c>string</c>…) and the global limits can be noticed elsewhere.
/// Nothing is reset here: that would remove the formatters of a session that is running. If this matters, use one
/// process per notebook, as the command line does.
/// </remarks>
internal static class MimeBundle
{
    /// <summary>Formats a value; plain text is always there, for readers that know nothing else.</summary>
    /// <param name="value">The value; <c>null</c> is a value, too.</param>
    public static IReadOnlyDictionary<string, string> Of(object? value) =>
        Of(new DisplayedValue(value, FormattedValue.CreateManyFromObject(value)));

    /// <summary>The formatted value to display. Text with a given MIME type is available in this type only.</summary>
    public static IReadOnlyDictionary<string, string> Of(DisplayedValue shown)
    {
        var data = shown.FormattedValues.DistinctBy(formatted => formatted.MimeType).ToDictionary(formatted => formatted.MimeType, formatted => formatted.Value);
        if (shown.Value is not string)
            data.TryAdd(PlainTextFormatter.MimeType, shown.Value.ToDisplayString(PlainTextFormatter.MimeType));
        return data;
    }

    /// <summary>A formatted value for a JSON document: JSON as such, everything else, and what is no JSON after all, as text.</summary>
    /// <param name="mimeType">The value's type.</param>
    /// <param name="value">The value.</param>
    public static JsonNode? ToJson(string mimeType, string value)
    {
        if (mimeType != "application/json" && !mimeType.EndsWith("+json", StringComparison.Ordinal))
            return value;
        try
        {
            return LenientJson.Parse(value);
        }
        catch (JsonException)
        {
            return value;
        }
    }
}
