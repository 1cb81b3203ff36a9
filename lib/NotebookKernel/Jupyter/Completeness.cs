using System.Text.Json.Nodes;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace NotebookKernel.Jupyter;

/// <summary>Tells unfinished cells from wrong ones.</summary>
internal static class Completeness
{
    private const string Indent = "    ";

    private static readonly CSharpParseOptions options = new(LanguageVersion.Latest, kind: SourceCodeKind.Script);

    /// <summary>Answers an <c>is_complete_request</c>.</summary>
    public static JsonObject Of(string code)
    {
        // "#!" lines are not C#, but always complete.
        var lines = code.ReplaceLineEndings("\n").Split('\n').Select(line => line.StartsWith("#!", StringComparison.Ordinal) ? "" : line);
        var tree = CSharpSyntaxTree.ParseText(string.Join('\n', lines), options);
        if (!SyntaxFactory.IsCompleteSubmission(tree))
            return new JsonObject { ["status"] = "incomplete", ["indent"] = IndentAfter(code) };
        var isWrong = tree.GetDiagnostics().Any(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error);
        return new JsonObject { ["status"] = isWrong ? "invalid" : "complete" };
    }

    private static string IndentAfter(string code)
    {
        var line = code.ReplaceLineEndings("\n").TrimEnd().Split('\n')[^1];
        var indent = line[..(line.Length - line.TrimStart().Length)];
        return line.EndsWith('{') ? indent + Indent : indent;
    }
}
