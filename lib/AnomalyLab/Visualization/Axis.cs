using AnomalyLab.Display;

namespace AnomalyLab.Visualization;

/// <summary>An axis of a <see cref="Chart"/>.</summary>
/// <param name="Title">What its numbers are, with the unit.</param>
public sealed record Axis(string Title)
{
    /// <summary>What its numbers are, with the unit; in the course's language.</summary>
    public string Title { get; init => field = Texts.Of(value); } = Texts.Of(Title);

    /// <summary>The values at its two ends; from the data if left out.</summary>
    public (double Start, double End)? Range { get; init; }

    /// <summary>Whether equal distances are equal ratios.</summary>
    public bool IsLogarithmic { get; init; }

    /// <summary>Names that stand at 0, 1, 2, … instead of numbers.</summary>
    public IReadOnlyList<string>? Names { get; init => field = value is null ? null : [.. value.Select(Texts.Of)]; }
}
