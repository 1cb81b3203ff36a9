using System.Text.Json.Nodes;
using Microsoft.CodeAnalysis.CSharp;

namespace NotebookKernel.Notebooks;

/// <summary>
/// The language that the executing kernel writes into a notebook's metadata. Editors rely on it: VS Code skips cells whose
/// language the kernel does not have, and without it nbconvert highlights cells as Python.
/// </summary>
internal static class LanguageInfo
{
    /// <summary>The <c>language_info</c> of notebooks and of Jupyter's <c>kernel_info_reply</c>.</summary>
    public static JsonObject Json() => new()
    {
        ["name"] = "C#",
        ["version"] = LanguageVersion.Latest.MapSpecifiedToEffectiveVersion().ToDisplayString(),
        ["mimetype"] = "text/x-csharp",
        ["file_extension"] = ".cs",
        ["pygments_lexer"] = "csharp",
        ["codemirror_mode"] = "text/x-csharp",
    };
}
