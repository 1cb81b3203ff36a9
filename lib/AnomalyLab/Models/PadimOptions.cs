namespace AnomalyLab.Models;

/// <summary>How much <see cref="Padim"/> looks at.</summary>
public sealed record PadimOptions
{
    /// <summary>How many of the 448 features are used, drawn at random. Memory grows with its square, time to fit with its cube.</summary>
    public int Features { get; init; } = 200;

    /// <summary>Decides which are drawn.</summary>
    public int Seed { get; init; }
}
