using System.Text.RegularExpressions;
using Tutorial.Running;

namespace Tutorial.Site;

/// <summary>The link on each page to the same page in the other language. It is there only where that page is, so each run mends it in both editions.</summary>
internal static partial class LanguageSwitch
{
    /// <summary>Where in a page the link goes.</summary>
    public const string Place = "<!-- language --><!-- /language -->";

    /// <summary>Puts the links into all pages of a course, or takes them out.</summary>
    /// <param name="course">The folder of the course.</param>
    public static void Update(string course)
    {
        OutputFolder english = new(course), japanese = new(course, "ja");
        Link(english, japanese, "ja/");
        Link(japanese, english, "../");
    }

    private static void Link(OutputFolder from, OutputFolder to, string path)
    {
        var other = SiteTexts.In(to.Language);
        foreach (var page in Directory.Exists(from.FullPath) ? Directory.GetFiles(from.FullPath, "*.html") : [])
        {
            var name = Path.GetFileName(page);
            var link = File.Exists(Path.Combine(to.FullPath, name))
                ? $"""<a class="language" rel="alternate" lang="{other.Language}" hreflang="{other.Language}" href="{path}{name}">{other.LanguageName}</a>"""
                : "";
            var written = File.ReadAllText(page);
            var linked = Filled().Replace(written, _ => Place.Insert(Place.IndexOf("-->", StringComparison.Ordinal) + 3, link), 1);
            if (linked != written)
                File.WriteAllText(page, linked);
        }
    }

    [GeneratedRegex("<!-- language -->.*?<!-- /language -->")]
    private static partial Regex Filled();
}
