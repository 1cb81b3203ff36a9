namespace AnomalyLab.Visualization;

/// <summary>One image of a <see cref="Triptych"/>.</summary>
/// <param name="Caption">What it is.</param>
/// <param name="Picture">Input, reconstruction and heat map, each with a white edge of one pixel: 390×130 for images of 128×128.</param>
public sealed record TriptychRow(TriptychCaption Caption, Picture Picture);
