using AnomalyLab.Display;

namespace AnomalyLab.Visualization;

/// <summary>plotly.js, embedded in this assembly, so no network is needed.</summary>
internal static class PlotlyScript
{
    /// <summary>The event on the page's document that announces that <c>window.Plotly</c> exists.</summary>
    public const string Loaded = "anomalylab-plotly";

    private static string Sentence => Texts.Of("Charts are interactive where this page may run scripts, and still pictures where it may not. They need no internet.");

    /// <summary>The script. On a page that has plotly.js already it does nothing; charts that wait for it are drawn.</summary>
    /// <remarks>
    /// <c>module</c>, <c>exports</c> and <c>define</c> are hidden from the script, so that a page with require.js
    /// (classic Jupyter) does not take it for one of its modules; plotly.js then also defines <c>window.Plotly</c>.
    /// </remarks>
    public static Markup Setup()
    {
        using var stream = typeof(PlotlyScript).Assembly.GetManifestResourceStream("plotly.js")!;
        using var reader = new StreamReader(stream);
        return new(
            $$"""
            <div style="font-size:85%;opacity:.8">{{Sentence}}</div>
            <script>
            window.Plotly || (function (module, exports, define) {
            {{reader.ReadToEnd()}}
            })({ exports: {} });
            document.dispatchEvent(new Event('{{Loaded}}'));
            </script>
            """,
            Sentence);
    }
}
