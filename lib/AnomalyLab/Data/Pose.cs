namespace AnomalyLab.Data;

/// <summary>How an image differs from the mean image in place and light.</summary>
/// <param name="Right">How far its content lies to the right, as a part of the width.</param>
/// <param name="Down">How far its content lies further down, as a part of the height.</param>
/// <param name="Gain">How many times as bright it is.</param>
public sealed record Pose(double Right, double Down, double Gain);
