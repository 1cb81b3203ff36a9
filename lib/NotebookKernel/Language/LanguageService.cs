using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Completion;
using Microsoft.CodeAnalysis.QuickInfo;
using Microsoft.CodeAnalysis.Scripting;
using Microsoft.CodeAnalysis.Text;
using NotebookKernel.Sessions;

namespace NotebookKernel.Language;

/// <summary>What can be written at a place of a cell.</summary>
/// <param name="Start">Where the text that an item replaces begins.</param>
/// <param name="End">Where it ends.</param>
/// <param name="Items">The items, the likeliest first.</param>
internal sealed record Completions(int Start, int End, IReadOnlyList<CompletionChoice> Items);

/// <summary>One thing that can be written.</summary>
/// <param name="Text">What is written.</param>
/// <param name="Kind">What it is, in one word: <c>method</c>, <c>property</c>, <c>local</c>, <c>class</c>, <c>keyword</c>…</param>
internal sealed record CompletionChoice(string Text, string Kind);

/// <summary>What stands at a place of a cell.</summary>
/// <param name="Signature">As it would be declared.</param>
/// <param name="Sections">What else there is to say, such as its documentation.</param>
internal sealed record Description(string Signature, IReadOnlyList<string> Sections);

/// <summary>Completion and tooltips for cells. Knows everything that the cells so far have declared and referenced.</summary>
internal sealed class LanguageService : IDisposable
{
    private readonly SubmissionWorkspace workspace;
    private readonly SemaphoreSlim gate = new(1);
    private bool isWarm;

    /// <summary>Helps with a session's next cell. Not to be asked while the session runs a cell.</summary>
    /// <param name="session">The session.</param>
    public LanguageService(Session session)
    {
        workspace = new SubmissionWorkspace(session);
        session.Submitted += script => WarmUp(script);
    }

    /// <summary>Says what can be written at a place.</summary>
    /// <param name="code">The cell so far.</param>
    /// <param name="position">The place in it, in UTF-16 units.</param>
    public Task<Completions> CompleteAsync(string code, int position) =>
        AloneAsync(() => CompleteAsync(workspace.Open(WithoutMagics(code)), code, position));

    /// <summary>Says what stands at a place; within the parentheses of a call, also what is called and with which parameters.</summary>
    /// <param name="code">The cell so far.</param>
    /// <param name="position">The place in it, in UTF-16 units.</param>
    /// <returns>The call first; nothing if there is nothing to say.</returns>
    public Task<IReadOnlyList<Description>> InspectAsync(string code, int position) =>
        AloneAsync(() => InspectAsync(workspace.Open(WithoutMagics(code)), position));

    public void Dispose()
    {
        workspace.Dispose();
        gate.Dispose();
    }

    /// <summary>
    /// Reads what a cell has referenced, and has .NET compile the compiler's own code, while the cell runs, so that
    /// whoever writes the next one need not wait for it.
    /// </summary>
    private void WarmUp(Script<object> running)
    {
        if (isWarm && !running.GetCompilation().DirectiveReferences.Any())
            return;
        isWarm = true;
        _ = Task.Run(() => AloneAsync(async () =>
        {
            const string code = "Console.WriteLine(1)";
            var document = workspace.OpenAfter(running, code);
            await CompleteAsync(document, code, code.IndexOf('W', StringComparison.Ordinal));
            return await InspectAsync(document, code.Length - 1);
        }));
    }

    private async Task<T> AloneAsync<T>(Func<Task<T>> work)
    {
        await gate.WaitAsync();
        try
        {
            return await work();
        }
        finally
        {
            gate.Release();
        }
    }

    private static async Task<Completions> CompleteAsync(Document document, string code, int position)
    {
        var service = CompletionService.GetService(document)!;
        var list = await service.GetCompletionsAsync(document, position);
        if (list.ItemsList.Count == 0)
            return new Completions(position, position, []);
        var typed = code[list.Span.Start..position];
        var items = list.ItemsList.Where(item => !item.IsComplexTextEdit).ToList();
        var begun = items.Where(item => item.FilterText.StartsWith(typed, StringComparison.OrdinalIgnoreCase)).ToList();
        // If no item begins with it, take items that match it elsewhere: "WL" finds WriteLine.
        IEnumerable<CompletionItem> found = begun.Count > 0 ? begun : service.FilterItems(document, [.. items], typed);
        return new Completions(list.Span.Start, position, [.. found
            .OrderByDescending(item => item.FilterText.StartsWith(typed, StringComparison.Ordinal))
            .DistinctBy(item => item.DisplayText)
            .Select(item => new CompletionChoice(item.DisplayText, item.Tags.FirstOrDefault("text").ToLowerInvariant()))]);
    }

    private static async Task<IReadOnlyList<Description>> InspectAsync(Document document, int position)
    {
        var model = (await document.GetSemanticModelAsync())!;
        var call = CallHelp.At(model, await document.GetSyntaxRootAsync(), position);
        var word = await WordAsync(document, position);
        return [.. new[] { call, word }.OfType<Description>()];
    }

    // At the cursor, or before it.
    private static async Task<Description?> WordAsync(Document document, int position)
    {
        var service = QuickInfoService.GetService(document)!;
        var info = position > 0 ? await service.GetQuickInfoAsync(document, position - 1) : null;
        info ??= await service.GetQuickInfoAsync(document, position);
        return info?.Sections.Select(section => section.Text.Trim()).Where(text => text.Length > 0).ToList() is [var signature, .. var more]
            ? new Description(signature, more)
            : null;
    }

    // "#!" lines are not C#; as comments they keep their length.
    private static string WithoutMagics(string code)
    {
        var text = SourceText.From(code);
        var magics = text.Lines.Where(line => line.ToString().StartsWith("#!", StringComparison.Ordinal));
        return text.WithChanges(magics.Select(line => new TextChange(new TextSpan(line.Start, 2), "//"))).ToString();
    }
}
