using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using AnomalyLab.Course;
using Tutorial.Site;

namespace Tutorial.Tests;

/// <summary>The notebooks in <c>notebooks/ja</c> beside the English ones; its README says how to mend what these tests find.</summary>
public sealed partial class JapaneseEditionTests
{
    private const string Update = "Run `dotnet run notebooks/ja/update.cs`.";

    private static readonly string English = Path.Combine(CourseFolders.Repository, "notebooks");
    private static readonly string Japanese = Path.Combine(English, "ja");
    private static readonly Glossary Words = Glossary.UpTo(Directory.GetFiles(Japanese, "*.ipynb").Max()!);

    public static TheoryData<string> Notebooks =>
        [.. Directory.GetFiles(Japanese, "*.ipynb").Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal)];

    [Fact]
    public void Every_notebook_has_a_Japanese_edition() =>
        Assert.Equal(Directory.GetFiles(English, "*.ipynb").Select(Path.GetFileName).Order(), Directory.GetFiles(Japanese, "*.ipynb").Select(Path.GetFileName).Order());

    [Theory]
    [MemberData(nameof(Notebooks))]
    public void Its_cells_are_the_English_ones_with_other_texts(string notebook)
    {
        var (english, japanese) = Load(notebook);

        Assert.True(Cells(english).Select(Id).SequenceEqual(Cells(japanese).Select(Id)),
            $"ja/{notebook} has other cells than {notebook}: {string.Join(", ", Ids(english).Except(Ids(japanese)).Select(id => $"{id} is missing").Concat(Ids(japanese).Except(Ids(english)).Select(id => $"{id} is not in the English one")).DefaultIfEmpty("their order differs"))}. {Update}");
        Findings.AssertNone(Pairs(english, japanese).Where(pair => !JsonNode.DeepEquals(Expected(pair.English), Comparable(pair.Japanese)))
            .Select(pair => $"ja/{notebook}: cell {Id(pair.English)} is not the English one. {Update}"));

        (english["cells"], japanese["cells"]) = (null, null);
        Assert.True(JsonNode.DeepEquals(english, japanese), $"ja/{notebook} has other metadata than {notebook}. {Update}");
    }

    [Theory]
    [MemberData(nameof(Notebooks))]
    public void Its_texts_are_translations_of_the_English_ones_as_they_are_now(string notebook)
    {
        var texts = Texts(notebook).ToArray();

        Findings.AssertNone(texts.Where(pair => !JapaneseLetter().IsMatch(Source(pair.Japanese))).Select(pair => $"ja/{notebook}: cell {Id(pair.English)} is not translated."));
        Findings.AssertNone(texts.Where(pair => (string?)pair.Japanese["metadata"]!["source_hash"] != Hash(Source(pair.English)))
            .Select(pair => $"ja/{notebook}: the English text of cell {Id(pair.English)} has changed since its translation was last looked at. notebooks/ja/README.md says what to do."));
    }

    [Theory]
    [MemberData(nameof(Notebooks))]
    public void Its_figures_links_code_and_numbers_are_those_of_the_English_texts(string notebook) =>
        Findings.AssertNone(Texts(notebook).SelectMany(pair =>
            Differences(FromJa(Source(pair.English)), Source(pair.Japanese)).Select(difference => $"ja/{notebook}, cell {Id(pair.English)}: {difference}")));

    [Theory]
    [MemberData(nameof(Notebooks))]
    public void Its_emphasis_does_not_stay_as_asterisks(string notebook) =>
        Findings.AssertNone(Texts(notebook).Where(pair => Code().Replace(new MarkdownHtml(Japanese, [], Words).Render(Source(pair.Japanese)), "").Contains('*'))
            .Select(pair => $"ja/{notebook}: cell {Id(pair.English)} shows an asterisk. A bold text begins and ends with a letter, or has a space around it."));

    [Fact]
    public void README_ja_has_the_links_commands_and_numbers_of_README()
    {
        var (english, japanese) = (File.ReadAllText(Path.Combine(CourseFolders.Repository, "README.md")), File.ReadAllText(Path.Combine(CourseFolders.Repository, "README.ja.md")));

        var wanted = english.Replace("English | [日本語](README.ja.md)", "[English](README.md) | [用語集](notebooks/ja/glossary.md)", StringComparison.Ordinal)
            .Replace("](notebooks/workshop/", "](notebooks/workshop/ja/", StringComparison.Ordinal);
        Findings.AssertNone(Differences(Notebook().Replace(wanted, "](notebooks/ja/"), japanese));
    }

    [Fact]
    public void What_exercises_say_is_translated_mistake_by_mistake()
    {
        var (english, japanese) = (ExerciseTexts("en"), ExerciseTexts("ja"));

        Findings.AssertNone(japanese.Keys.Except(english.Keys).Select(exercise => $"{exercise} is not in Exercises.en.json."));
        Findings.AssertNone(japanese.Keys.SelectMany(exercise => Keys(english[exercise]).Except(Keys(japanese[exercise])).Select(key => $"{exercise}: \"{key}\" is missing in Exercises.ja.json.")
            .Concat(Keys(japanese[exercise]).Except(Keys(english[exercise])).Select(key => $"{exercise}: \"{key}\" is not in Exercises.en.json."))));
    }

    [Fact]
    public void The_site_finds_its_words_although_there_are_no_gaps_between_them()
    {
        var html = Words.Html("層とデコーダの学習率", new HashSet<string>());

        Assert.All(["入力に重みを掛けて足し合わせるもの</span>", "そこから画像を描くもの</span>", "一歩の大きさを決める数値</span>"], meaning => Assert.Contains(meaning, html, StringComparison.Ordinal));
        Assert.DoesNotContain("例から見つけること", html, StringComparison.Ordinal); // 学習
    }

    private static Dictionary<string, Dictionary<string, string>> ExerciseTexts(string language) => JsonSerializer.Deserialize<Dictionary<string, Dictionary<string, string>>>(
        File.ReadAllText(Path.Combine(CourseFolders.Repository, "lib", "AnomalyLab", "Course", $"Exercises.{language}.json")))!;

    /// <summary>The mistakes of an exercise, each with the places for values in its text.</summary>
    private static IEnumerable<string> Keys(Dictionary<string, string> texts) =>
        texts.Select(text => string.Join(' ', Place().Matches(text.Value).Select(place => place.Value).Distinct().Order().Prepend(text.Key)));

    private static (JsonNode English, JsonNode Japanese) Load(string notebook) =>
        (JsonNode.Parse(File.ReadAllText(Path.Combine(English, notebook)))!, JsonNode.Parse(File.ReadAllText(Path.Combine(Japanese, notebook)))!);

    private static IEnumerable<(JsonObject English, JsonObject Japanese)> Texts(string notebook)
    {
        var (english, japanese) = Load(notebook);
        return Pairs(english, japanese).Where(pair => !IsCode(pair.English));
    }

    private static IEnumerable<(JsonObject English, JsonObject Japanese)> Pairs(JsonNode english, JsonNode japanese) =>
        Cells(english).Join(Cells(japanese), Id, Id, (one, other) => (one, other));

    private static IEnumerable<JsonObject> Cells(JsonNode notebook) => notebook["cells"]!.AsArray().Select(cell => cell!.AsObject());

    private static IEnumerable<string> Ids(JsonNode notebook) => Cells(notebook).Select(Id);

    private static string Id(JsonObject cell) => (string)cell["id"]!;

    private static string Source(JsonObject cell) => string.Concat(cell["source"]!.AsArray());

    private static bool IsCode(JsonObject cell) => (string)cell["cell_type"]! == "code";

    /// <summary>What a Japanese cell has to be, but for its text.</summary>
    private static JsonObject Expected(JsonObject english)
    {
        var cell = Comparable(english);
        if (IsCode(english))
            cell["source"] = Source(english).Replace("\"../", "\"../../", StringComparison.Ordinal);
        return cell;
    }

    /// <summary>A cell without what a translation changes, its code as one text.</summary>
    private static JsonObject Comparable(JsonObject cell)
    {
        var copy = cell.DeepClone().AsObject();
        copy["source"] = IsCode(cell) ? Source(cell) : null;
        copy["metadata"]!.AsObject().Remove("source_hash");
        return copy;
    }

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..16];

    /// <summary>What a translation keeps and this one has lost or added. It may say in digits what the English text says in words.</summary>
    private static IEnumerable<string> Differences(string english, string japanese)
    {
        string[] Of(Regex kept, string text) => [.. kept.Matches(text).Select(match => match.Value)];
        return Of(Kept(), english).Except(Of(Kept(), japanese)).Concat(Of(Number(), english).Except(Of(Number(), japanese))).Select(missing => $"{missing} is missing.")
            .Concat(Of(Kept(), japanese).Except(Of(Kept(), english)).Select(extra => $"{extra} is not in the English text."));
    }

    /// <summary>A text whose links start from the folder <c>ja</c>; notebooks have the same names there.</summary>
    private static string FromJa(string text) => text
        .Replace("](../", "](../../", StringComparison.Ordinal)
        .Replace("](../../README.md", "](../../README.ja.md", StringComparison.Ordinal)
        .Replace("](figures/", "](../figures/ja/", StringComparison.Ordinal);

    [GeneratedRegex(@"```.*?```|`[^`\n]+`|\]\([^)]*\)|</?details>", RegexOptions.Singleline)]
    private static partial Regex Kept();

    [GeneratedRegex(@"\d[\d.,]*\d|\d")]
    private static partial Regex Number();

    [GeneratedRegex(@"\{\d\}")]
    private static partial Regex Place();

    [GeneratedRegex(@"\]\(notebooks/(?=\d)")]
    private static partial Regex Notebook();

    [GeneratedRegex(@"[\p{IsHiragana}\p{IsKatakana}\p{IsCJKUnifiedIdeographs}]")]
    private static partial Regex JapaneseLetter();

    [GeneratedRegex("<code.*?</code>", RegexOptions.Singleline)]
    private static partial Regex Code();
}
