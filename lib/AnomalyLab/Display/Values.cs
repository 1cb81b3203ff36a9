using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace AnomalyLab.Display;

/// <summary>
/// Results that a notebook records under names, such as <c>auc</c>. As a cell's last expression they show as one line,
/// and are kept in the executed notebook under the MIME type <see cref="MimeTypes.Values"/>: a flat JSON object of numbers,
/// strings and truth values. Doubles keep all their digits; NaN and infinities, which JSON does not have, become
/// <c>null</c>.
/// </summary>
[TypeFormatterSource(typeof(ValuesFormatters), PreferredMimeTypes = [MimeTypes.Html, MimeTypes.Text, MimeTypes.Values])]
public sealed class Values : IDisplayable
{
    private readonly (string Name, object Value)[] entries;

    private Values((string Name, object Value)[] entries) => this.entries = entries;

    /// <summary>Records results.</summary>
    /// <param name="entries">Each name once, with a number, a string or a truth value.</param>
    /// <exception cref="ArgumentException">A name comes twice, or a value is of another type.</exception>
    public static Values Of(params (string Name, object Value)[] entries)
    {
        if (entries.GroupBy(e => e.Name).FirstOrDefault(same => same.Count() > 1) is { } twice)
            throw new ArgumentException(Texts.Format($"The value \"{twice.Key}\" is recorded twice; give each value a name of its own."), nameof(entries));
        if (entries.FirstOrDefault(e => e.Value is not (string or bool) && !Column.IsNumber(e.Value)) is { Name: { } name } odd)
            throw new ArgumentException(Texts.Format($"The value \"{name}\" is {(odd.Value is null ? "null" : $"a {odd.Value.GetType().Name}")}; record a number, a string or a truth value."), nameof(entries));
        return new(entries);
    }

    /// <summary>The flat JSON object.</summary>
    public string ToJson() =>
        new JsonObject(entries.Select(e => KeyValuePair.Create(e.Name, IsMissing(e.Value) ? null : JsonSerializer.SerializeToNode(e.Value)))).ToJsonString();

    /// <inheritdoc/>
    public string ToHtml() =>
        $"""<div style="margin:.3em 0">{string.Join(" · ", entries.Select(e => $"""{WebUtility.HtmlEncode(e.Name)} <b>{WebUtility.HtmlEncode(Text(e.Value))}</b>"""))}</div>""";

    /// <inheritdoc/>
    public override string ToString() => string.Join(", ", entries.Select(e => $"{e.Name} = {Text(e.Value)}"));

    private static bool IsMissing(object value) => value is double d && !double.IsFinite(d) || value is float f && !float.IsFinite(f);

    private static string Text(object value) => value is bool truth ? truth ? "true" : "false" : new Column("").Text(value);

    private sealed class ValuesFormatters : DisplayFormatters
    {
        public override IEnumerable<object> CreateTypeFormatters() =>
            [.. base.CreateTypeFormatters(), new DisplayFormatter<Values>(MimeTypes.Values, value => value.ToJson())];
    }
}
