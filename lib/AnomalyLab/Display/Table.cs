using System.Net;
using System.Text;

namespace AnomalyLab.Display;

/// <summary>A table with a title. Numbers are aligned to the right.</summary>
/// <param name="Title">What it shows; may be empty.</param>
/// <param name="Columns">The columns.</param>
/// <param name="Rows">The rows, each with one cell a column; <c>null</c> is an empty cell.</param>
[TypeFormatterSource(typeof(DisplayFormatters))]
public sealed record Table(string Title, IReadOnlyList<Column> Columns, IReadOnlyList<IReadOnlyList<object?>> Rows) : IDisplayable
{
    /// <summary>How many letters a cell may have and still stay on one line, such as a time or a short name.</summary>
    private const int Unbroken = 16;

    private const string Line = "border-bottom:1px solid rgba(128,128,128,.35)";

    /// <summary>What it shows, in the course's language; may be empty.</summary>
    public string Title { get; init => field = Texts.Of(value); } = Texts.Of(Title);

    /// <summary>The rows.</summary>
    /// <exception cref="ArgumentException">A row has more or fewer cells than there are columns.</exception>
    public IReadOnlyList<IReadOnlyList<object?>> Rows { get; } = Checked(Title, Columns.Count, Rows);

    /// <summary>Whether a click on a heading sorts the rows, in the browser.</summary>
    public bool IsSortable { get; init; }

    /// <summary>Sentences below the table.</summary>
    public IReadOnlyList<string> Notes { get; init => field = [.. value.Select(Texts.Of)]; } = [];

    /// <inheritdoc/>
    public string ToHtml()
    {
        var html = new StringBuilder($"""<table {(IsSortable ? $"{TableSorting.Attribute}=\"\" " : "")}style="border-collapse:collapse;margin:.8em 0">""");
        if (Title != "")
            html.Append($"""<caption style="caption-side:top;text-align:left;white-space:nowrap;font-weight:600;padding:.2em 0">{Encode(Title)}</caption>""");
        html.Append("<thead><tr>");
        for (var c = 0; c < Columns.Count; c++)
            html.Append($"""<th style="{Style(IsNumeric(c))};border-bottom-width:2px;font-weight:600">{Encode(Columns[c].Name)}</th>""");
        html.Append("</tr></thead><tbody>");
        foreach (var row in Rows)
        {
            html.Append("<tr>");
            for (var c = 0; c < row.Count; c++)
            {
                var text = Columns[c].Text(row[c]);
                html.Append($"""<td style="{Style(IsNumeric(c))}{(text.Length <= Unbroken ? ";white-space:nowrap" : "")}"{Value(row[c])}>{Encode(text)}</td>""");
            }
            html.Append("</tr>");
        }
        html.Append("</tbody></table>");
        foreach (var note in Notes)
            html.Append($"""<div style="font-size:90%;opacity:.8">{Encode(note)}</div>""");
        if (IsSortable)
            html.Append(TableSorting.Script);
        return html.ToString();
    }

    /// <inheritdoc/>
    public override string ToString()
    {
        string[][] lines = [[.. Columns.Select(c => c.Name)], .. Lines()];
        var widths = Columns.Select((_, c) => lines.Max(cells => cells[c].Length)).ToArray();
        var text = lines.Select(cells => string.Join("  ", cells.Select((cell, c) =>
            IsNumeric(c) ? cell.PadLeft(widths[c]) : cell.PadRight(widths[c]))).TrimEnd());
        return string.Join('\n', [.. Title == "" ? [] : new[] { Title }, .. text, .. Notes]);
    }

    private static IReadOnlyList<IReadOnlyList<object?>> Checked(string title, int columns, IReadOnlyList<IReadOnlyList<object?>> rows) =>
        rows.FirstOrDefault(row => row.Count != columns) is { } odd
            ? throw new ArgumentException(Texts.Format($"A row of the table \"{title}\" has {odd.Count} cells, but there are {columns} columns; give each row one cell a column."), nameof(rows))
            : rows;

    private IEnumerable<string[]> Lines() => Rows.Select(row => row.Select((cell, c) => Columns[c].Text(cell)).ToArray());

    /// <summary>The number of a cell with all its digits, for sorting.</summary>
    private string Value(object? cell) => IsSortable && Column.IsNumber(cell) ? $" data-value=\"{cell}\"" : "";

    /// <summary>Whether a column holds nothing but numbers.</summary>
    private bool IsNumeric(int column) => Rows.Any(row => row[column] is not null) && Rows.All(row => row[column] is null || Column.IsNumber(row[column]));

    private static string Style(bool numeric) =>
        $"text-align:{(numeric ? "right;font-variant-numeric:tabular-nums" : "left")};padding:.2em .8em;{Line}";

    private static string Encode(string text) => WebUtility.HtmlEncode(text);
}
