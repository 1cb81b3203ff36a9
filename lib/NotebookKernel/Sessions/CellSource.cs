using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using NotebookKernel.Packages;

namespace NotebookKernel.Sessions;

/// <summary>The directives in a cell's source: <c>#r</c>, <c>#load</c> and the <c>#!</c> lines.</summary>
internal static class CellSource
{
    private static readonly CSharpParseOptions options = new(LanguageVersion.Latest, kind: SourceCodeKind.Script);

    /// <summary>A piece of a cell that runs by itself: C#, or a file to be imported.</summary>
    /// <param name="Code">C# whose line numbers are those of the whole cell, or <c>null</c>.</param>
    /// <param name="Import">The file to import, or <c>null</c>.</param>
    /// <param name="Line">Where it begins, from 1.</param>
    public sealed record Part(string? Code, string? Import, int Line);

    /// <summary>Splits a cell at its <c>#!import</c> lines and checks the files that it names.</summary>
    /// <param name="code">The source.</param>
    /// <param name="folder">The notebook's folder, which paths are relative to.</param>
    /// <exception cref="CellException">A file is missing, or a line is not supported.</exception>
    public static IEnumerable<Part> Split(string code, string folder)
    {
        var root = CSharpSyntaxTree.ParseText(code, options).GetCompilationUnitRoot();
        foreach (var reference in root.GetReferenceDirectives())
            CheckReference(reference.File, folder);
        foreach (var load in root.GetLoadDirectives())
            CheckFile(load.File.ValueText, LineOf(load), folder);

        // Blank lines stand in for the parts that come before, so that line numbers stay those of the cell.
        var lines = code.ReplaceLineEndings("\n").Split('\n');
        var part = new string[lines.Length];
        Array.Fill(part, "");
        foreach (var (i, line) in lines.Index())
        {
            if (!IsMagic(root, line, i))
            {
                part[i] = line;
                continue;
            }

            var words = line.Trim().Split(' ', 2, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            switch (words[0])
            {
                case "#!csharp" or "#!c#":
                    break;
                case "#!import" when words.Length == 2:
                    var file = words[1].Trim('"');
                    CheckImport(file, i + 1, folder);
                    yield return new Part(string.Join('\n', part), null, 1);
                    yield return new Part(null, file, i + 1);
                    Array.Fill(part, "");
                    break;
                default:
                    throw new CellException("NotSupported", $"\"{words[0]}\" is not supported here: this engine runs C# cells and knows #!import only.", i + 1);
            }
        }

        yield return new Part(string.Join('\n', part), null, 1);
    }

    // A "#!" within a text or a comment is no directive.
    private static bool IsMagic(CompilationUnitSyntax root, string line, int index)
    {
        if (!line.TrimStart().StartsWith("#!", StringComparison.Ordinal))
            return false;
        var start = root.SyntaxTree.GetText().Lines[index].Start + line.IndexOf('#', StringComparison.Ordinal);
        return root.FindTrivia(start).IsDirective;
    }

    private static void CheckReference(SyntaxToken file, string folder)
    {
        var path = file.ValueText;
        if (PackageRequest.IsIn(path))
        {
            PackageRequest.Parse(path, LineOf(file));
            return;
        }

        // Without a folder or an extension it names one of .NET's own assemblies, which the compiler finds.
        if (path.AsSpan().ContainsAny('/', '\\') || path.EndsWith(".dll", StringComparison.OrdinalIgnoreCase))
            CheckFile(path, LineOf(file), folder);
    }

    private static void CheckImport(string file, int line, string folder)
    {
        if (Path.GetExtension(file) is not (".csx" or ".cs"))
            throw new CellException("NotSupported", $"#!import \"{file}\" is not supported here: this engine imports .csx and .cs files only.", line);
        CheckFile(file, line, folder);
    }

    private static void CheckFile(string path, int line, string folder)
    {
        if (File.Exists(Path.Combine(folder, path)))
            return;
        var advice = path.EndsWith(".dll", StringComparison.OrdinalIgnoreCase) && FindSolution(folder) is { } solution
            ? $"run \"dotnet build\" once in the folder \"{Path.GetRelativePath(folder, solution.DirectoryName!)}\", where {solution.Name} is, and then this notebook again."
            : "check the path, which is relative to the notebook's folder.";
        throw new CellException("MissingFile", $"\"{path}\" does not exist: {advice}", line);
    }

    /// <summary>The packages that a cell asks for, and the files that it loads.</summary>
    /// <param name="compilation">The cell with its files.</param>
    /// <returns>Each with the line of the cell that asks for it; the first, where a loaded file does.</returns>
    public static IReadOnlyList<(PackageRequest Package, int Line)> Packages(Compilation compilation) =>
    [
        .. from tree in compilation.SyntaxTrees
           from reference in ((CompilationUnitSyntax)tree.GetRoot()).GetReferenceDirectives()
           where PackageRequest.IsIn(reference.File.ValueText)
           let line = tree == compilation.SyntaxTrees.Last() ? LineOf(reference) : 1
           select (PackageRequest.Parse(reference.File.ValueText, line), line),
    ];

    private static FileInfo? FindSolution(string folder)
    {
        for (var parent = new DirectoryInfo(Path.GetFullPath(folder)); parent != null; parent = parent.Parent)
        {
            if (parent.EnumerateFiles("*.sln*").FirstOrDefault(file => file.Extension is ".slnx" or ".sln") is { } solution)
                return solution;
        }

        return null;
    }

    private static int LineOf(SyntaxNodeOrToken item) => item.GetLocation()!.GetLineSpan().StartLinePosition.Line + 1;
}
