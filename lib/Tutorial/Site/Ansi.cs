using System.Text.RegularExpressions;

namespace Tutorial.Site;

/// <summary>Makes console text plain.</summary>
internal static partial class Ansi
{
    /// <summary>Takes colour and cursor codes out.</summary>
    /// <param name="text">Text with ANSI escape codes.</param>
    public static string Strip(string text) => Code().Replace(text, "");

    // ECMA-48: control sequences (5.4) and the operating system commands that terminals use for links and titles.
    [GeneratedRegex(@"\x1B(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1B]*(?:\x07|\x1B\\)|[@-Z\\-_])")]
    private static partial Regex Code();
}
