using System.Text.RegularExpressions;

namespace Tutorial.Site;

/// <summary>Text from consoles, made plain.</summary>
public static partial class Ansi
{
    /// <summary>Takes colour and cursor codes out.</summary>
    /// <param name="text">Text with ANSI escape codes.</param>
    public static string Strip(string text) => Code().Replace(text, "");

    /// <summary>What a terminal would have shown in the end: no codes, and of a line that was written over only the last state.</summary>
    /// <param name="text">Everything that was written.</param>
    public static string Settle(string text) => string.Join('\n', Strip(text).Replace("\r\n", "\n").Split('\n')
        .Select(line => line.TrimEnd('\r')).Select(line => line[(line.LastIndexOf('\r') + 1)..]));

    // ECMA-48: control sequences (5.4) and the operating system commands that terminals use for links and titles.
    [GeneratedRegex(@"\x1B(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1B]*(?:\x07|\x1B\\)|[@-Z\\-_])")]
    private static partial Regex Code();
}
