using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace Tutorial.Site;

/// <summary>Markdown without its markup.</summary>
internal static class PlainText
{
    /// <summary>The text of a part of a document.</summary>
    /// <param name="part">The part.</param>
    public static string Of(MarkdownObject part) => string.Concat(part.Descendants().Select(inline => inline switch
    {
        LiteralInline literal => literal.Content.ToString(),
        CodeInline code => code.Content,
        _ => "",
    }));
}
