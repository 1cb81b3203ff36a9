namespace AnomalyLab.Display;

/// <summary>
/// A value that shows itself as a notebook cell's last expression. The class, record or struct carries
/// <c>[TypeFormatterSource(typeof(DisplayFormatters))]</c>; its plain text is <see cref="object.ToString"/>.
/// </summary>
public interface IDisplayable
{
    /// <summary>The value as a piece of HTML that stands alone, readable on light and dark pages.</summary>
    string ToHtml();
}
