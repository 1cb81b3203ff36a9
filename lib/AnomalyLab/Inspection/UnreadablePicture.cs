namespace AnomalyLab.Inspection;

/// <summary>A file that was passed over.</summary>
/// <param name="Path">The file.</param>
/// <param name="Reason">What is wrong with it and what to do, in a sentence.</param>
public sealed record UnreadablePicture(string Path, string Reason);
