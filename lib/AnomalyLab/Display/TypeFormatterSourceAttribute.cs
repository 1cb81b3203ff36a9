namespace AnomalyLab.Display;

/// <summary>
/// Tells notebook engines how to show a type; they find the attribute by its name (<see cref="RunningCell"/> lists all
/// that is found so). They do not look for it on interfaces.
/// </summary>
/// <param name="formatterSourceType">A class with a method <c>IEnumerable&lt;object&gt; CreateTypeFormatters()</c>.</param>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct)]
internal sealed class TypeFormatterSourceAttribute(Type formatterSourceType) : Attribute
{
    /// <summary>The class that makes the formatters.</summary>
    public Type FormatterSourceType { get; } = formatterSourceType;

    /// <summary>The MIME types a value is shown in; a front end takes the richest it knows.</summary>
    public string[] PreferredMimeTypes { get; set; } = [MimeTypes.Html, MimeTypes.Text];
}
