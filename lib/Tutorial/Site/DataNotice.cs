namespace Tutorial.Site;

/// <summary>The notice for every place that shows pictures of the data.</summary>
internal static class DataNotice
{
    /// <summary>MVTec AD's licence.</summary>
    public const string Licence = "CC BY-NC-SA 4.0 (https://creativecommons.org/licenses/by-nc-sa/4.0/): not for commercial use";

    /// <summary>The paper to cite.</summary>
    public const string Citation = "Paul Bergmann, Michael Fauser, David Sattlegger, Carsten Steger: MVTec AD – A Comprehensive Real-World Dataset for Unsupervised Anomaly Detection. CVPR 2019, 9584–9592.";

    /// <summary>The sentence for a run's pictures.</summary>
    /// <param name="data">The recorded value <c>data</c>: <c>mvtec</c> or <c>synthetic</c>.</param>
    /// <param name="texts">In which language; English if left out.</param>
    /// <returns><c>null</c> where nothing is known about the pictures.</returns>
    public static string? For(string? data, SiteTexts? texts = null) =>
        (texts ?? SiteTexts.In("en")).Data.GetValueOrDefault(data ?? "") is { } sentence ? string.Format(sentence, Licence, Citation) : null;
}
