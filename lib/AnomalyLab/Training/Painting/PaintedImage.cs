using AnomalyLab.Data;

namespace AnomalyLab.Training.Painting;

/// <summary>A good image with defects painted onto it.</summary>
/// <param name="Image">The image.</param>
/// <param name="Mask">Where it is defective: side × side values, none true if nothing that shows was painted.</param>
internal sealed record PaintedImage(Raster Image, bool[] Mask);
