namespace AnomalyLab.Data;

/// <summary>One picture of a category.</summary>
/// <param name="Path">The image file.</param>
/// <param name="Defect">What the picture shows: <see cref="Good"/>, or the kind of defect, such as <c>broken_large</c>.</param>
/// <param name="MaskPath">The picture of the defect's pixels (8-bit grey, 0 or 255); <c>null</c> for good samples.</param>
public sealed record Sample(string Path, string Defect, string? MaskPath = null)
{
    /// <summary>MVTec AD's name for pictures without a defect.</summary>
    public const string Good = "good";

    /// <summary>Whether the picture shows no defect.</summary>
    public bool IsGood => Defect == Good;

    /// <summary>The last three parts of the path, such as <c>test/broken_large/003.png</c>: unique within a category.</summary>
    public string Name => string.Join('/', Path.Split(System.IO.Path.DirectorySeparatorChar)[^3..]);

    /// <inheritdoc/>
    public override string ToString() => Name;
}
