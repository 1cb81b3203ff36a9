using Markdig;
using Markdig.Extensions.AutoIdentifiers;
using Markdig.Renderers.Html;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;
using NotebookKernel.Notebooks;

namespace Tutorial.Site;

/// <summary>The Markdown cells of a page as HTML that works without the repository around it. Formulas stay as they are typed.</summary>
/// <param name="folder">The folder that the notebook's relative links start from.</param>
/// <param name="pages">The names of the notebooks that have a page.</param>
/// <param name="glossary">Words that get their meaning where they are first on the page, except in headings, links, code and bold.</param>
internal sealed class MarkdownHtml(string folder, IReadOnlyCollection<string> pages, Glossary glossary)
{
    private const string Attachment = "attachment:";

    private readonly HashSet<string> _told = [], _ids = [];
    private readonly List<(string Id, string Text)> _headings = [];

    private readonly MarkdownPipeline _pipeline = new MarkdownPipelineBuilder()
        .UsePipeTables().UseTaskLists().UseEmphasisExtras().UseAutoLinks().UseAutoIdentifiers(AutoIdentifierOptions.GitHub).Build();

    /// <summary>The page's headings of the second level, so far.</summary>
    public IReadOnlyList<(string Id, string Text)> Headings => _headings;

    /// <summary>The HTML of a cell.</summary>
    /// <param name="cell">The cell.</param>
    public string Render(NotebookCell cell) => Render(cell.Source, cell.Attachments);

    /// <summary>The HTML of a text.</summary>
    /// <param name="markdown">The text.</param>
    public string Render(string markdown) => Render(markdown, new Dictionary<string, IReadOnlyDictionary<string, string>>());

    private string Render(string markdown, IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> attachments)
    {
        var document = Markdown.Parse(markdown, _pipeline);
        foreach (var link in document.Descendants<LinkInline>().ToList())
        {
            if (link.Url?.StartsWith(Attachment, StringComparison.Ordinal) == true)
                Attach(link, attachments.GetValueOrDefault(Uri.UnescapeDataString(link.Url[Attachment.Length..])));
            else
                Redirect(link);
        }
        foreach (var heading in document.Descendants<HeadingBlock>())
            Name(heading);
        foreach (var literal in document.Descendants<LiteralInline>().Where(IsProse).ToList())
        {
            var text = literal.Content.ToString();
            literal.ReplaceBy(new HtmlInline(glossary.Html(text, _told)));
        }
        return document.ToHtml(_pipeline);
    }

    // Each cell is a document of its own, so two headings of a page may have the same id.
    private void Name(HeadingBlock heading)
    {
        var attributes = heading.GetAttributes();
        while (!_ids.Add(attributes.Id!))
            attributes.Id += "-";
        if (heading.Level == 2)
            _headings.Add((attributes.Id!, PlainText.Of(heading.Inline!)));
    }

    private static bool IsProse(Inline inline)
    {
        var parent = inline.Parent!;
        for (; parent.Parent is { } above; parent = above)
        {
            if (parent is LinkInline or EmphasisInline { DelimiterCount: 2 })
                return false;
        }
        return parent.ParentBlock is not HeadingBlock;
    }

    private static void Attach(LinkInline link, IReadOnlyDictionary<string, string>? file)
    {
        if (file?.FirstOrDefault() is { Key: { } type, Value: var base64 })
            link.Url = $"data:{type};base64,{base64.Replace("\n", "")}";
        else
            Unlink(link);
    }

    private void Redirect(LinkInline link)
    {
        var url = link.Url ?? "";
        if (url.Contains("://", StringComparison.Ordinal) || url.StartsWith("mailto:", StringComparison.Ordinal))
        {
            link.IsImage = false; // a remote picture would be missing offline
            return;
        }
        if (url.StartsWith('#') || url.StartsWith("data:", StringComparison.Ordinal))
            return;

        var (path, fragment) = url.IndexOf('#') is >= 0 and var at ? (url[..at], url[at..]) : (url, "");
        var name = Path.GetFileNameWithoutExtension(path);
        var file = Path.GetFullPath(Path.Combine(folder, Uri.UnescapeDataString(path)));
        if (path.EndsWith(".ipynb", StringComparison.Ordinal) && pages.Contains(name))
            link.Url = $"{name}.html{fragment}";
        else if (link.IsImage && File.Exists(file))
            link.Url = $"data:{MimeType(file)};base64,{Convert.ToBase64String(File.ReadAllBytes(file))}";
        else
            Unlink(link);
    }

    // The link has no target in the site.
    private static void Unlink(LinkInline link) => link.ReplaceBy(new EmphasisInline { DelimiterChar = '*', DelimiterCount = 1 });

    private static string MimeType(string file) => Path.GetExtension(file).ToLowerInvariant() switch
    {
        ".svg" => "image/svg+xml",
        ".jpg" => "image/jpeg",
        var extension => $"image/{extension.TrimStart('.')}",
    };
}
