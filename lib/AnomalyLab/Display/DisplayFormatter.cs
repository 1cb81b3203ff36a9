namespace AnomalyLab.Display;

/// <summary>Writes values in one MIME type. Notebook engines find its members by name.</summary>
/// <param name="mimeType">The MIME type.</param>
/// <param name="format">Returns the value's text in that type.</param>
internal sealed class DisplayFormatter<T>(string mimeType, Func<T, string> format)
{
    /// <summary>The MIME type.</summary>
    public string MimeType => mimeType;

    /// <summary>Writes the value.</summary>
    /// <returns>Whether the value can be shown in this type.</returns>
    public bool Format(object value, TextWriter writer)
    {
        if (value is not T shown)
            return false;
        writer.Write(format(shown));
        return true;
    }
}
