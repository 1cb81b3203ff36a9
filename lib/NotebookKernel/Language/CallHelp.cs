using System.Xml.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace NotebookKernel.Language;

/// <summary>Describes the call whose arguments are being written. Roslyn offers this to its own editors only.</summary>
internal static class CallHelp
{
    private static readonly SymbolDisplayFormat format = SymbolDisplayFormat.MinimallyQualifiedFormat
        .WithMemberOptions(SymbolDisplayMemberOptions.IncludeParameters | SymbolDisplayMemberOptions.IncludeType | SymbolDisplayMemberOptions.IncludeContainingType)
        .WithParameterOptions(SymbolDisplayParameterOptions.IncludeName | SymbolDisplayParameterOptions.IncludeType
            | SymbolDisplayParameterOptions.IncludeDefaultValue | SymbolDisplayParameterOptions.IncludeParamsRefOut | SymbolDisplayParameterOptions.IncludeExtensionThis);

    /// <summary>The call at a place: the overload that fits best, all others, and what its documentation says.</summary>
    /// <param name="model">Knows what things are.</param>
    /// <param name="root">The cell.</param>
    /// <param name="position">The place.</param>
    /// <returns><c>null</c> outside of any call's parentheses.</returns>
    public static Description? At(SemanticModel model, SyntaxNode? root, int position)
    {
        var token = root?.FindToken(Math.Max(0, position - 1));
        // The body of a lambda among the arguments does not count as inside the parentheses.
        var list = token?.Parent?.AncestorsAndSelf().TakeWhile(node => node is not (StatementSyntax or MemberDeclarationSyntax))
            .OfType<BaseArgumentListSyntax>().FirstOrDefault(each => each is ArgumentListSyntax && each.SpanStart < position && position <= EndOf(each));
        if (list?.Parent is not { } call)
            return null;
        var overloads = Overloads(model, call);
        if (overloads.Count == 0)
            return null;

        var argument = list.Arguments.GetSeparators().Count(comma => comma.SpanStart < position);
        var info = model.GetSymbolInfo(call);
        var best = (info.Symbol ?? info.CandidateSymbols.FirstOrDefault(symbol => Takes(symbol, argument))) as IMethodSymbol
            ?? overloads.FirstOrDefault(overload => Takes(overload, argument))
            ?? overloads[0];
        var others = overloads.Where(overload => !SymbolEqualityComparer.Default.Equals(overload, best)).Select(Text);
        var documentation = Documentation(best, argument);
        return new Description(string.Join('\n', others.Prepend(Text(best))), documentation);
    }

    // Before the closing parenthesis, if it is there already.
    private static int EndOf(BaseArgumentListSyntax list) =>
        list is ArgumentListSyntax { CloseParenToken.IsMissing: false } closed ? closed.CloseParenToken.SpanStart : list.FullSpan.End;

    private static List<IMethodSymbol> Overloads(SemanticModel model, SyntaxNode call) => call switch
    {
        InvocationExpressionSyntax invocation => model.GetMemberGroup(invocation.Expression).OfType<IMethodSymbol>().ToList() is { Count: > 0 } methods
            ? methods
            : model.GetTypeInfo(invocation.Expression).Type is INamedTypeSymbol { DelegateInvokeMethod: { } invoke } ? [invoke] : [],
        BaseObjectCreationExpressionSyntax creation => model.GetTypeInfo(creation).Type is INamedTypeSymbol type
            ? [.. type.InstanceConstructors.Where(constructor => model.IsAccessible(creation.SpanStart, constructor))]
            : [],
        _ => [],
    };

    private static bool Takes(ISymbol symbol, int argument) =>
        symbol is IMethodSymbol method && (method.Parameters.Length > argument || method.Parameters is [.., { IsParams: true }]);

    private static string Text(IMethodSymbol method) => method.ToDisplayString(format);

    // The summary, and the parameter that is being written.
    private static List<string> Documentation(IMethodSymbol method, int argument)
    {
        if (method.OriginalDefinition.GetDocumentationCommentXml() is not { Length: > 0 } xml)
            return [];
        var member = XElement.Parse($"<member>{xml}</member>");
        var sections = new List<string?> { Plain(member.Descendants("summary").FirstOrDefault()) };
        if (method.Parameters.ElementAtOrDefault(argument) is { } parameter
            && Plain(member.Descendants("param").FirstOrDefault(each => (string?)each.Attribute("name") == parameter.Name)) is { Length: > 0 } text)
        {
            sections.Add($"{parameter.Name}: {text}");
        }

        return [.. sections.OfType<string>().Where(section => section.Length > 0)];
    }

    private static string? Plain(XElement? element) => element == null ? null : string.Join(' ', string.Concat(element.DescendantNodes().Select(node => node switch
    {
        XText text => text.Value,
        XElement { IsEmpty: true } reference => Name(reference),
        _ => "",
    })).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    // <see cref="M:System.Math.Max(System.Int32)"/>, <paramref name="x"/>, <see langword="null"/>.
    private static string Name(XElement reference)
    {
        if ((string?)reference.Attribute("cref") is not { } cref)
            return (string?)reference.Attribute("name") ?? (string?)reference.Attribute("langword") ?? "";
        var name = cref.Split('(')[0];
        return name[(name.LastIndexOfAny(['.', ':']) + 1)..];
    }
}
