namespace AnomalyLab.Inspection;

/// <summary>How pictures are compared with good ones.</summary>
public enum DetectionMethod
{
    /// <summary>Compares each patch with the most similar patch of any good picture, wherever it was (<see cref="Models.PatchCore"/>): for things that move or turn, and pictures of different shapes.</summary>
    PatchCore,

    /// <summary>Compares each place with the same place of good pictures (<see cref="Models.Padim"/>): for things that always lie alike, in pictures of one shape.</summary>
    Padim,
}
