using System.Text.Json;
using System.Text.RegularExpressions;

namespace AnomalyLab.Display;

/// <summary>English texts and what they are in another language. Places for values look the same in both, as in <c>{0:0.000}</c>.</summary>
internal sealed partial class Translation
{
    /// <summary>No longer text is looked up with its values: thousands of numbers with commas would keep the expressions busy for minutes.</summary>
    private const int Longest = 1000;

    private readonly Dictionary<string, string> texts, cells;
    private readonly (Regex English, string Text)[] filled;

    /// <param name="texts">The library's texts, by the English ones.</param>
    /// <param name="cells">Texts that a cell, or a file of an earlier training, gives to the library, with the values put in already.</param>
    public Translation(Dictionary<string, string> texts, Dictionary<string, string> cells)
    {
        (this.texts, this.cells) = (texts, cells);
        filled = [.. cells.Where(text => Place().IsMatch(text.Key)).OrderByDescending(text => Place().Replace(text.Key, "").Length).Select(text => (Filled(text.Key), text.Value))];
    }

    /// <summary>The Japanese texts.</summary>
    public static Translation Japanese { get; } = new(Load("Texts.ja.json"), Load("Cells.ja.json"));

    /// <summary>The translation; where there is none, the text itself.</summary>
    public string Of(string text)
    {
        if (texts.TryGetValue(text, out var translated) || cells.TryGetValue(text, out translated))
            return translated;
        if (text.Length > Longest)
            return text;
        var (found, shape) = filled.Select(pair => (English: pair.English.Match(text), pair.Text)).FirstOrDefault(pair => pair.English.Success);
        return found is null ? text : Place().Replace(shape, place => Of(found.Groups[$"v{place.Groups["number"].Value}"].Value));
    }

    /// <summary>The translation with the values put in; where there is none, the English text with them.</summary>
    public string Format(FormattableString text) =>
        texts.TryGetValue(text.Format, out var translated) ? string.Format(translated, text.GetArguments()) : text.ToString();

    private static Dictionary<string, string> Load(string name)
    {
        using var file = typeof(Translation).Assembly.GetManifestResourceStream(name)!;
        return JsonSerializer.Deserialize<Dictionary<string, string>>(file)!;
    }

    /// <summary>Finds a text with any values; a place with a format takes numbers and percentages only.</summary>
    private static Regex Filled(string text)
    {
        var (pattern, at) = ("^", 0);
        foreach (Match place in Place().Matches(text))
        {
            pattern += Regex.Escape(text[at..place.Index]) + $"(?<v{place.Groups["number"].Value}>{(place.Groups["format"].Success ? "[-+0-9.,]+(?: ?%)?" : ".+")})";
            at = place.Index + place.Length;
        }
        return new(pattern + Regex.Escape(text[at..]) + "$", RegexOptions.CultureInvariant);
    }

    [GeneratedRegex(@"\{(?<number>[0-9]+)(?<format>:[^}]*)?\}")]
    private static partial Regex Place();
}
