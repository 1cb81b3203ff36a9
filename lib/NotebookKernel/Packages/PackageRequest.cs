using System.Text.RegularExpressions;
using NotebookKernel.Sessions;

namespace NotebookKernel.Packages;

/// <summary>A package that a cell asks for: <c>#r "nuget: Name, Version"</c>.</summary>
/// <param name="Name">The package's name.</param>
/// <param name="Version">A version, or one of NuGet's ranges such as <c>3.*</c> or <c>[2.0,3.0)</c>; <c>null</c> for the newest.</param>
internal sealed partial record PackageRequest(string Name, string? Version)
{
    /// <summary>Whether a reference names a package and not a file.</summary>
    /// <param name="reference">What stands between the quotation marks of <c>#r</c>.</param>
    public static bool IsIn(string reference) => reference.StartsWith("nuget:", StringComparison.OrdinalIgnoreCase);

    /// <summary>Reads a reference.</summary>
    /// <param name="reference">What stands between the quotation marks of <c>#r</c>.</param>
    /// <param name="line">The line in which it stands, from 1.</param>
    /// <exception cref="CellException">It names no package.</exception>
    public static PackageRequest Parse(string reference, int line) =>
        Form().Match(reference) is { Success: true, Groups: var groups }
            ? new PackageRequest(groups["name"].Value, groups["version"] is { Success: true, Value: var version } ? version.TrimEnd() : null)
            : throw new CellException("Package", $"#r \"{reference}\" names no package: write #r \"nuget: Name\" or #r \"nuget: Name, Version\".", line);

    /// <summary>The version as a project file says it. A plain version means "or newer" there, but exactly that one here.</summary>
    public string Range => Version switch
    {
        null => "*",
        _ when char.IsAsciiDigit(Version[0]) && !Version.Contains('*', StringComparison.Ordinal) => $"[{Version}]",
        _ => Version,
    };

    public override string ToString() => Version == null ? Name : $"{Name} {Version}";

    // Only NuGet's own characters, because the match is written into a project file.
    [GeneratedRegex(@"^nuget:\s*(?<name>[A-Za-z0-9_][A-Za-z0-9_.-]*)\s*(,\s*(?<version>[0-9*\[(][0-9A-Za-z.*+\-\[\](), ]*))?$", RegexOptions.IgnoreCase)]
    private static partial Regex Form();
}
