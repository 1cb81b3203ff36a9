namespace AnomalyLab.Data;

/// <summary>How an image differs from the mean image in position and brightness.</summary>
/// <param name="Right">How far its content is shifted to the right, as a fraction of the width.</param>
/// <param name="Down">How far its content is shifted down, as a fraction of the height.</param>
/// <param name="Gain">How many times as bright it is.</param>
public sealed record Pose(double Right, double Down, double Gain);
