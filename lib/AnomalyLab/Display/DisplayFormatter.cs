namespace AnomalyLab.Display;

/// <summary>Writes values in one form. Notebook engines call it by its members' names.</summary>
/// <param name="mimeType">The form.</param>
/// <param name="format">Gives the form's text.</param>
internal sealed class DisplayFormatter<T>(string mimeType, Func<T, string> format)
{
    /// <summary>The form.</summary>
    public string MimeType => mimeType;

    /// <summary>Writes the value.</summary>
    /// <returns>Whether the value has this form.</returns>
    public bool Format(object value, TextWriter writer)
    {
        if (value is not T shown)
            return false;
        writer.Write(format(shown));
        return true;
    }
}
