using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace AnomalyLab.Visualization;

/// <summary>The HTML that all figures of pictures share. Texts are HTML, not drawn, so they need no fonts and can be searched and read aloud.</summary>
internal static class Figure
{
    /// <summary>A figure with a title above its content and a note below.</summary>
    public static string Html(string title, string content, string? note) =>
        $"""
        <figure style="margin:.5em 0">
        {(title == "" ? "" : $"""<div style="font-weight:600;margin-bottom:.3em">{Encode(title)}</div>""")}
        {content}
        {(note is null ? "" : $"""<div style="font-size:85%;opacity:.8;font-style:italic">{Encode(note)}</div>""")}
        </figure>
        """;

    /// <summary>A caption, in which the name of a file may break after each folder, and nowhere else.</summary>
    public static string Caption(string text) => Encode(text).Replace("/", "/<wbr>");

    /// <summary>A name by which a figure's script finds its place on the page: the same for the same content.</summary>
    public static string NameOf(string content) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(content)))[..16];

    public static string Encode(string text) => WebUtility.HtmlEncode(text);
}
