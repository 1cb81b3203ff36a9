namespace AnomalyLab.Inspection;

/// <summary>How pictures are compared with good ones.</summary>
public enum DetectionMethod
{
    /// <summary>Each patch with the nearest of those remembered from good pictures, wherever it was (<see cref="Models.PatchCore"/>): for things that move or turn, and pictures of many shapes.</summary>
    PatchCore,

    /// <summary>Each place with the same place of good pictures (<see cref="Models.Padim"/>): for things that always lie alike, in pictures of one shape.</summary>
    Padim,
}
