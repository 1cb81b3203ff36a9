namespace AnomalyLab.Display;

/// <summary>The MIME types in which values are shown and recorded.</summary>
public static class MimeTypes
{
    /// <summary>HTML.</summary>
    public const string Html = "text/html";

    /// <summary>Plain text.</summary>
    public const string Text = "text/plain";

    /// <summary>A PNG file in base64.</summary>
    public const string Png = "image/png";

    /// <summary>Recorded results as one flat JSON object: see <see cref="Display.Values"/>.</summary>
    public const string Values = "application/vnd.anomalylab.values+json";
}
