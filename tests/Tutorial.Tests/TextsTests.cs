using System.Text.Json;
using System.Text.RegularExpressions;
using AnomalyLab.Course;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Tutorial.Notebooks;

namespace Tutorial.Tests;

/// <summary>The Japanese texts of the library, <c>Texts.ja.json</c>, and of what cells give to it, <c>Cells.ja.json</c>, against the code.</summary>
public sealed partial class TextsTests
{
    private static readonly string Library = Path.Combine(CourseFolders.Repository, "lib", "AnomalyLab");
    private static readonly Dictionary<string, string> Texts = Read("Texts.ja.json"), Cells = Read("Cells.ja.json");

    private static readonly (string File, SyntaxNode Root)[] Sources = [.. Directory.GetFiles(Library, "*.cs", SearchOption.AllDirectories)
        .Select(file => (Path.GetRelativePath(Library, file), CSharpSyntaxTree.ParseText(File.ReadAllText(file)).GetRoot()))];

    [Fact]
    public void What_the_library_shows_is_translated() => Findings.AssertNone(
        from source in Sources
        from call in source.Root.DescendantNodes().OfType<InvocationExpressionSyntax>()
        let method = call.Expression.ToString()
        where method is "Texts.Of" or "Texts.Format"
        let argument = call.ArgumentList.Arguments[0].Expression
        let problem = argument is InterpolatedStringExpressionSyntax && method == "Texts.Of" ? "is looked up with its values; say Texts.Format"
            : KeyOf(argument) is { } key && !Texts.ContainsKey(key) ? "is not in Texts.ja.json" : null
        where problem is not null
        select $"{source.File}: {argument} {problem}.");

    [Fact]
    public void What_cells_show_is_translated() => Findings.AssertNone(
        from notebook in CourseNotebooks.Choose(CourseFolders.Repository, "en", [])
        from cell in notebook.Content.Cells
        where cell.IsCode && !cell.Source.Contains("Exercises.", StringComparison.Ordinal)
        from text in CSharpSyntaxTree.ParseText(cell.Source, new(kind: SourceCodeKind.Script)).GetRoot().DescendantNodes().OfType<ExpressionSyntax>()
        let key = KeyOf(text)
        where key is not null && Word().IsMatch(Place().Replace(key, "")) && IsShown(text) && !Texts.ContainsKey(key) && !Cells.ContainsKey(key)
        select $"{notebook.Name}: {text} is not in Cells.ja.json.");

    [Fact]
    public void No_translation_is_of_a_text_that_is_gone()
    {
        var library = Sources.SelectMany(source => source.Root.DescendantNodes().OfType<ExpressionSyntax>()).Select(KeyOf).ToHashSet();
        var notebooks = CourseNotebooks.Choose(CourseFolders.Repository, "en", []).SelectMany(notebook => notebook.Content.Cells).Where(cell => cell.IsCode)
            .SelectMany(cell => CSharpSyntaxTree.ParseText(cell.Source, new(kind: SourceCodeKind.Script)).GetRoot().DescendantNodes().OfType<ExpressionSyntax>()).Select(KeyOf).ToHashSet();

        Findings.AssertNone(Texts.Keys.Where(key => !library.Contains(key)).Select(key => $"Texts.ja.json: nothing in the library says \"{key}\".")
            .Concat(Cells.Keys.Where(key => !notebooks.Contains(key) && !library.Contains(key)).Select(key => $"Cells.ja.json: no cell says \"{key}\"."))
            .Concat(Cells.Keys.Intersect(Texts.Keys).Select(key => $"\"{key}\" is in both files.")));
    }

    [Fact]
    public void A_translation_has_the_places_for_values_of_its_text() => Findings.AssertNone(Texts.Concat(Cells)
        .Where(text => !Places(text.Key).SequenceEqual(Places(text.Value)))
        .Select(text => $"\"{text.Key}\" has the places {string.Join(' ', Places(text.Key))}, its translation {string.Join(' ', Places(text.Value))}."));

    [Fact]
    public void No_translation_ends_a_script() => // some stand between quotes in the pages' scripts
        Findings.AssertNone(Texts.Where(text => text.Value.Contains('\'') || text.Value.Contains('<')).Select(text => $"\"{text.Value}\" has an apostrophe or a <."));

    private static Dictionary<string, string> Read(string name) =>
        JsonSerializer.Deserialize<Dictionary<string, string>>(File.ReadAllText(Path.Combine(Library, "Display", name)))!;

    /// <summary>A text as it is looked up, with the format of its places; <c>null</c> for what is no text.</summary>
    private static string? KeyOf(ExpressionSyntax expression) => expression switch
    {
        LiteralExpressionSyntax literal when literal.IsKind(SyntaxKind.StringLiteralExpression) => literal.Token.ValueText,
        InterpolatedStringExpressionSyntax filled => string.Concat(filled.Contents.Aggregate((Key: "", Places: 0), (so, part) => part is InterpolationSyntax place
            ? ($"{so.Key}{{{so.Places}{place.AlignmentClause}{place.FormatClause}}}", so.Places + 1)
            : (so.Key + ((InterpolatedStringTextSyntax)part).TextToken.ValueText, so.Places)).Key),
        _ => null,
    };

    /// <summary>Whether a text is shown, and not just printed, recorded, a name in a path, a number's format or a colour.</summary>
    private static bool IsShown(ExpressionSyntax text)
    {
        if (Format().IsMatch(KeyOf(text)!) || text.Parent is ReturnStatementSyntax or ConditionalExpressionSyntax or BinaryExpressionSyntax or ArrowExpressionClauseSyntax or EqualsValueClauseSyntax)
            return false;
        var call = text.Ancestors().TakeWhile(node => node is not StatementSyntax).OfType<InvocationExpressionSyntax>().FirstOrDefault()?.Expression.ToString() ?? "";
        return !Elsewhere().IsMatch(call);
    }

    private static IEnumerable<string> Places(string text) => Place().Matches(text).Select(place => place.Value).Order();

    [GeneratedRegex(@"\{[0-9]+[^}]*\}")]
    private static partial Regex Place();

    [GeneratedRegex(@"\p{L}{2}|^\p{L}+$")]
    private static partial Regex Word();

    [GeneratedRegex(@"^([PFN]\d|#[0-9A-F]{6})$")]
    private static partial Regex Format();

    [GeneratedRegex(@"^(Console\.|Values\.Of|Path\.|CourseData\.|CourseFolders\.|string\.|.*ToString$|.*Contains$|.*EndsWith$|.*StartsWith$)")]
    private static partial Regex Elsewhere();
}
