namespace AnomalyLab.Display;

/// <summary>A column of a <see cref="Table"/>; a string converts to a column without a format.</summary>
/// <param name="Name">Its heading.</param>
/// <param name="Format">A .NET number format such as <c>0.000</c> or <c>P1</c>; if left out, whole numbers get group separators, and others are rounded to four digits, though never before the point.</param>
public sealed record Column(string Name, string? Format = null)
{
    /// <summary>Its heading, in the course's language.</summary>
    public string Name { get; init => field = Texts.Of(value); } = Texts.Of(Name);

    /// <summary>A column without a format.</summary>
    public static implicit operator Column(string name) => new(name);

    /// <summary>A cell's text.</summary>
    internal string Text(object? cell) => cell switch
    {
        null => "",
        IFormattable number when Format is not null && IsNumber(cell) => number.ToString(Format, null),
        double or float or decimal => Real(Convert.ToDouble(cell)),
        IFormattable number when IsNumber(cell) => number.ToString("N0", null),
        string text => Texts.Of(text),
        _ => cell.ToString() ?? "",
    };

    /// <summary>Whether a cell is aligned to the right.</summary>
    internal static bool IsNumber(object? cell) =>
        cell is int or long or double or float or decimal or short or byte or uint or ulong or ushort or sbyte;

    private static string Real(double value) => Math.Abs(value) switch
    {
        >= 1000 => value.ToString("#,0"),
        >= 100 => value.ToString("0.#"),
        >= 10 => value.ToString("0.##"),
        >= 1 => value.ToString("0.###"),
        >= 0.1 or 0 => value.ToString("0.####"),
        >= 0.01 => value.ToString("0.#####"),
        >= 0.001 => value.ToString("0.######"),
        _ => value.ToString("0.###e0"),
    };
}
