using System.Text.RegularExpressions;
using AnomalyLab.Course;

namespace Tutorial.Tests.Hub;

/// <summary>The blocks of code in a section of <c>environment.md</c>, so that a test does what the page says.</summary>
internal static partial class EnvironmentPage
{
    /// <summary>The only block of a section that holds a text.</summary>
    /// <param name="heading">The section's heading.</param>
    /// <param name="containing">What the block holds.</param>
    public static string Block(string heading, string containing)
    {
        var page = File.ReadAllText(Path.Combine(CourseFolders.Repository, "environment.md")).ReplaceLineEndings("\n");
        var start = page.IndexOf($"\n## {heading}\n", StringComparison.Ordinal);
        Assert.True(start >= 0, $"environment.md has no section \"{heading}\".");
        var end = page.IndexOf("\n## ", start + 1, StringComparison.Ordinal);
        var blocks = Fence().Matches(page[start..end]).Select(match => match.Groups[1].Value).Where(block => block.Contains(containing, StringComparison.Ordinal)).ToList();
        Assert.True(blocks.Count == 1, $"In environment.md, \"{heading}\", {blocks.Count} blocks of code hold \"{containing}\".");
        return blocks[0];
    }

    [GeneratedRegex(@"^```\w*\n(.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fence();
}
