namespace AnomalyLab.Display;

/// <summary>HTML with the plain text that stands for it where no HTML is shown.</summary>
/// <param name="Html">The HTML.</param>
/// <param name="Text">The plain text.</param>
[TypeFormatterSource(typeof(DisplayFormatters))]
public sealed record Markup(string Html, string Text) : IDisplayable
{
    /// <inheritdoc/>
    public string ToHtml() => Html;

    /// <inheritdoc/>
    public override string ToString() => Text;
}
