using AnomalyLab.Display;

namespace AnomalyLab.Visualization;

/// <summary>Values of one kind in a <see cref="Chart"/>.</summary>
/// <param name="Name">What they are.</param>
/// <param name="Mark">How they are drawn.</param>
/// <param name="X">Where they stand on the x axis.</param>
/// <param name="Y">Where they stand on the y axis, one for each x. Values that are not finite are left out of the drawing.</param>
/// <param name="Color">An HTML colour.</param>
public sealed record Series(string Name, Mark Mark, IReadOnlyList<double> X, IReadOnlyList<double> Y, string Color)
{
    /// <summary>What they are, in the course's language.</summary>
    public string Name { get; init => field = Texts.Of(value); } = Texts.Of(Name);

    /// <summary>What the interactive chart says at each value; its numbers if left out.</summary>
    public IReadOnlyList<string>? Hover { get; init; }

    /// <summary>What stands beside each dot; nothing if left out. Only for <see cref="Mark.Points"/>.</summary>
    public IReadOnlyList<string>? Labels { get; init; }
}
