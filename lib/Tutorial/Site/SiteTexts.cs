using System.Text.Json;
using System.Text.Json.Serialization;
using NotebookKernel.Running;

namespace Tutorial.Site;

/// <summary>What the site says beside the notebooks, in one language: <c>Texts.LANGUAGE.json</c>. A text that is missing there is an error.</summary>
/// <remarks>
/// Places in the texts: <c>Picture</c>: {0} the sample. <c>InAll</c>, <c>Minutes</c>: {0} the minutes. <c>Run</c>: {0} when it
/// began, {1} how long it took, {2} the system, {3} its cores, {4} the runtime. <c>Sentences</c>: {0} the error. <c>Data</c>, by the
/// recorded value <c>data</c>: {0} the licence, {1} the paper.
/// </remarks>
internal sealed record SiteTexts(
    string Language, string LanguageName, string Title, string Lead, string Picture, string Figure, string Afterwards, IReadOnlyList<string> Abilities,
    string Notebooks, string InAll, string Minutes, string Contents, string Overview, string Handout, string Log, string Download, string DownloadHint,
    string Copy, string Copied, string SetForThisRun, string Notebook, string Status, string Time, string Run,
    string Values, string Value, string RecordedBy, string ForPrograms,
    IReadOnlyDictionary<NotebookStatus, string> Statuses, IReadOnlyDictionary<NotebookStatus, string> Sentences, IReadOnlyDictionary<string, string> Data)
{
    private static readonly JsonSerializerOptions Strict = new()
    {
        RespectRequiredConstructorParameters = true,
        RespectNullableAnnotations = true,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    /// <summary>The texts in a language.</summary>
    /// <param name="language">Its tag, such as <c>en</c>.</param>
    public static SiteTexts In(string language)
    {
        using var file = typeof(SiteTexts).Assembly.GetManifestResourceStream($"Texts.{language}.json")!;
        return JsonSerializer.Deserialize<SiteTexts>(file, Strict)!;
    }
}
