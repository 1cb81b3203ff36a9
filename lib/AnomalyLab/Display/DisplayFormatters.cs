namespace AnomalyLab.Display;

/// <summary>The formatters for every <see cref="IDisplayable"/>.</summary>
internal class DisplayFormatters
{
    /// <summary>Called by notebook engines.</summary>
    public virtual IEnumerable<object> CreateTypeFormatters() =>
    [
        new DisplayFormatter<IDisplayable>(MimeTypes.Html, value => value.ToHtml()),
        new DisplayFormatter<object>(MimeTypes.Text, value => value.ToString()!),
    ];
}
