namespace AnomalyLab.Models;

/// <summary>How much <see cref="PatchCore"/> looks at and remembers.</summary>
public sealed record PatchCoreOptions
{
    /// <summary>How many patches are remembered at most. Scoring time and the saved file grow with it.</summary>
    public int Memory { get; init; } = 2000;

    /// <summary>How many patches, drawn evenly from all pictures, the remembered ones are chosen from at most. Memory and fitting time grow with it.</summary>
    public int Sample { get; init; } = 60_000;

    /// <summary>Decides which are drawn.</summary>
    public int Seed { get; init; }
}
