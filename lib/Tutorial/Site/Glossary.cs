using System.Net;
using System.Text.RegularExpressions;
using Markdig;
using Markdig.Extensions.Tables;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;
using NotebookKernel.Notebooks;
using Tutorial.Notebooks;

namespace Tutorial.Site;

/// <summary>The course's words: the tables in its notebooks that have a word in bold, or several, at the left and their meaning at the right.</summary>
internal sealed class Glossary
{
    private static readonly MarkdownPipeline Tables = new MarkdownPipelineBuilder().UsePipeTables().Build();

    private readonly Dictionary<string, string> _meanings = new(StringComparer.OrdinalIgnoreCase);
    private readonly Regex _words;

    private Glossary(IEnumerable<(string Word, string Meaning)> entries)
    {
        foreach (var (word, meaning) in entries)
            _meanings[word] = meaning;
        // The longest first, so that "gradient descent" is not taken for "gradient"; without any word, what matches nothing.
        _words = new(_meanings.Count == 0 ? "(?!)" : string.Join('|', _meanings.Keys.OrderByDescending(word => word.Length).Select(Pattern)), RegexOptions.IgnoreCase);
    }

    /// <summary>No words.</summary>
    public static Glossary Empty => new([]);

    /// <summary>
    /// Reads the words of a notebook and of those before it, for a reader may not have met the later ones. Files that are no C#
    /// notebooks, such as somebody's own in the same folder, have none.
    /// </summary>
    /// <param name="notebook">The notebook's file, beside the others.</param>
    public static Glossary UpTo(string notebook) => new(Directory.EnumerateFiles(Path.GetDirectoryName(notebook)!, "*.ipynb")
        .Where(file => string.CompareOrdinal(file, notebook) <= 0).Order(StringComparer.Ordinal)
        .SelectMany(CellsOf).Where(cell => cell.IsMarkdown)
        .SelectMany(cell => Markdown.Parse(cell.Source, Tables).Descendants<Table>()).SelectMany(Entries));

    private static IEnumerable<NotebookCell> CellsOf(string file)
    {
        try
        {
            return CourseNotebook.Read(file).Content.Cells;
        }
        catch (NotebookException)
        {
            return [];
        }
    }

    /// <summary>A text as HTML, in which each word is marked that was not told before on the page.</summary>
    /// <param name="text">The text.</param>
    /// <param name="told">The words that were told; those of the text are added.</param>
    public string Html(string text, ISet<string> told)
    {
        var (html, at) = ("", 0);
        foreach (Match match in _words.Matches(text))
        {
            var word = match.Groups["word"].Value;
            if (!told.Add(word.ToLowerInvariant()))
                continue;
            html += $"""{WebUtility.HtmlEncode(text[at..match.Index])}<dfn class="word" tabindex="0" aria-describedby="word-{told.Count}">{WebUtility.HtmlEncode(match.Value)}<span role="tooltip" id="word-{told.Count}">{WebUtility.HtmlEncode(_meanings[word])}</span></dfn>""";
            at = match.Index + match.Length;
        }
        return html + WebUtility.HtmlEncode(text[at..]);
    }

    private static IEnumerable<(string Word, string Meaning)> Entries(Table table)
    {
        var rows = table.OfType<TableRow>().Where(row => !row.IsHeader && row.Count == 2)
            .Select(row => (Words: row[0].Descendants<EmphasisInline>().Where(part => part.DelimiterCount == 2).Select(PlainText.Of).ToArray(), Meaning: PlainText.Of(row[1]))).ToArray();
        return rows.Any(row => row.Words.Length == 0) ? [] : rows.SelectMany(row =>
        {
            // Where a row has as many meanings as words, each word has its own.
            var meanings = row.Meaning.Split(["; ", "。"], StringSplitOptions.RemoveEmptyEntries);
            return row.Words.Select((word, i) => (word, row.Words.Length > 1 && meanings.Length == row.Words.Length ? meanings[i] : row.Meaning));
        });
    }

    /// <summary>Finds a word, also in the plural; but not a part of a longer one, nor "step by step". Words of other scripts have no gaps between them.</summary>
    private static string Pattern(string word) => word.All(char.IsAscii)
        ? $@"(?<![A-Za-z0-9_-])(?<word>{Regex.Escape(word)})(?:e?s)?(?<!\k<word> by \k<word>)(?![A-Za-z0-9_-]| by \k<word>)"
        : $"(?<word>{Regex.Escape(word)})";
}
