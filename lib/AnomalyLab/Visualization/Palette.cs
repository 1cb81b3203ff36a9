namespace AnomalyLab.Visualization;

/// <summary>
/// Colours that people with any kind of colour vision can tell apart: Okabe and Ito, "Color Universal Design" (2008),
/// without the yellow, which is hard to see on white.
/// </summary>
internal static class Palette
{
    public const string Blue = "#0072B2", Vermilion = "#D55E00", Green = "#009E73", Purple = "#CC79A7", Orange = "#E69F00", Sky = "#56B4E9";
    public const string Ink = "#222222", Grey = "#767676", Grid = "#e3e3e3";

    /// <summary>For lines that are compared, in their order.</summary>
    public static IReadOnlyList<string> Runs { get; } = [Blue, Vermilion, Green, Purple, Orange, Sky];

    /// <summary>Good samples are blue; these are for the kinds of defect, in their order.</summary>
    public static string Defect(int kind) => (kind % 5) switch { 0 => Vermilion, 1 => Orange, 2 => Purple, 3 => Green, _ => Sky };
}
