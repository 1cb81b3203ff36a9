using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Completion;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.QuickInfo;
using Microsoft.CodeAnalysis.Text;
using NotebookKernel.Sessions;

namespace NotebookKernel.Language;

/// <summary>What can be written at a place of a cell.</summary>
/// <param name="Start">Where the text begins that a chosen item replaces.</param>
/// <param name="End">Where it ends.</param>
/// <param name="Items">The items, the likeliest first.</param>
internal sealed record Completions(int Start, int End, IReadOnlyList<CompletionChoice> Items);

/// <summary>One thing that can be written.</summary>
/// <param name="Text">What is written.</param>
/// <param name="Kind">What it is, in one word: <c>method</c>, <c>property</c>, <c>local</c>, <c>class</c>, <c>keyword</c>…</param>
internal sealed record CompletionChoice(string Text, string Kind);

/// <summary>Helps to write cells: what could follow, and what something is. Knows all that the cells so far have declared and referenced.</summary>
/// <param name="session">The session. Not to be asked while it runs a cell.</param>
internal sealed class LanguageService(Session session) : IDisposable
{
    private readonly SubmissionWorkspace workspace = new(session);

    /// <summary>Says what can be written at a place.</summary>
    /// <param name="code">The cell so far.</param>
    /// <param name="position">The place in it, in UTF-16 units.</param>
    public async Task<Completions> CompleteAsync(string code, int position)
    {
        var document = workspace.Open(WithoutMagics(code));
        var service = CompletionService.GetService(document)!;
        var list = await service.GetCompletionsAsync(document, position);
        if (list.ItemsList.Count == 0)
            return new Completions(position, position, []);
        var typed = code[list.Span.Start..position];
        var items = list.ItemsList.Where(item => !item.IsComplexTextEdit).ToList();
        var begun = items.Where(item => item.FilterText.StartsWith(typed, StringComparison.OrdinalIgnoreCase)).ToList();
        // Where nothing begins so, take what contains it: "WL" finds WriteLine.
        IEnumerable<CompletionItem> found = begun.Count > 0 ? begun : service.FilterItems(document, [.. items], typed);
        return new Completions(list.Span.Start, position, [.. found
            .OrderByDescending(item => item.FilterText.StartsWith(typed, StringComparison.Ordinal))
            .DistinctBy(item => item.DisplayText)
            .Select(item => new CompletionChoice(item.DisplayText, item.Tags.FirstOrDefault("text").ToLowerInvariant()))]);
    }

    /// <summary>Says what stands at a place: its signature, and its documentation.</summary>
    /// <param name="code">The cell so far.</param>
    /// <param name="position">The place in it, in UTF-16 units.</param>
    /// <returns>One text for each section, the signature first; <c>null</c> if there is nothing to say.</returns>
    public async Task<string[]?> InspectAsync(string code, int position)
    {
        var document = workspace.Open(WithoutMagics(code));
        var root = (await document.GetSyntaxRootAsync())!;
        var service = QuickInfoService.GetService(document)!;
        foreach (var place in Places(root, position))
        {
            if (await service.GetQuickInfoAsync(document, place) is { } info)
                return [.. info.Sections.Select(section => section.Text.Trim()).Where(text => text.Length > 0)];
        }

        return null;
    }

    // At the cursor, before it, and the method whose arguments are being written.
    private static IEnumerable<int> Places(SyntaxNode root, int position)
    {
        if (position > 0)
            yield return position - 1;
        yield return position;
        var call = root.FindToken(Math.Max(0, position - 1)).Parent?.AncestorsAndSelf().OfType<ArgumentListSyntax>().FirstOrDefault(list => list.SpanStart < position);
        if (call != null)
            yield return call.OpenParenToken.GetPreviousToken().SpanStart;
    }

    // "#!" lines are not C#; as comments they keep their length.
    private static string WithoutMagics(string code)
    {
        var text = SourceText.From(code);
        var magics = text.Lines.Where(line => line.ToString().StartsWith("#!", StringComparison.Ordinal));
        return text.WithChanges(magics.Select(line => new TextChange(new TextSpan(line.Start, 2), "//"))).ToString();
    }

    public void Dispose() => workspace.Dispose();
}
