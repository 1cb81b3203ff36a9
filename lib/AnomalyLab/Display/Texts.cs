namespace AnomalyLab.Display;

/// <summary>
/// What the library shows, in the language of the course. Texts stand in the code in English; <c>Texts.ja.json</c> has the
/// Japanese ones. Titles, heads and captions that a cell gives to charts, tables and pictures are looked up, too.
/// </summary>
public static class Texts
{
    /// <summary>
    /// <c>en</c> or <c>ja</c>: the environment variable <c>ANOMALYLAB_LANGUAGE</c>, else by the notebook's place: Japanese in a
    /// folder <c>ja</c>.
    /// </summary>
    public static string Language =>
        (Environment.GetEnvironmentVariable("ANOMALYLAB_LANGUAGE") is { Length: > 0 } given ? given : Folder) == "ja" ? "ja" : "en";

    private static string Folder
    {
        get
        {
            try
            {
                return Path.GetFileName(Environment.CurrentDirectory);
            }
            catch (IOException) // somebody has deleted it
            {
                return "";
            }
        }
    }

    /// <summary>A text in the course's language; as it is where there is no translation.</summary>
    /// <param name="text">The English text.</param>
    public static string Of(string text) => Language == "en" ? text : Translation.Japanese.Of(text);

    /// <summary>A text with values in the course's language.</summary>
    /// <param name="text">The English text. Its format, such as <c>best: epoch {0}, {1:0.######}</c>, is what is translated.</param>
    public static string Format(FormattableString text) => Language == "en" ? text.ToString() : Translation.Japanese.Format(text);
}
