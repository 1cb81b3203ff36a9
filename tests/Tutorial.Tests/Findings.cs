namespace Tutorial.Tests;

/// <summary>What a test found, each in a sentence of its own.</summary>
internal static class Findings
{
    /// <summary>Fails with all findings in full; <c>Assert.Empty</c> cuts them off.</summary>
    public static void AssertNone(IEnumerable<string> findings) => Assert.True(!findings.Any(), string.Join('\n', findings));
}
