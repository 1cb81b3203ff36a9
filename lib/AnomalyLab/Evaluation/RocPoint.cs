namespace AnomalyLab.Evaluation;

/// <summary>What one threshold does, as a point of the ROC curve.</summary>
/// <param name="Threshold">A sample is called defective when its score is at least this.</param>
/// <param name="FalsePositiveRate">The share of the good samples called defective, 0..1: the curve's x.</param>
/// <param name="TruePositiveRate">The share of the defective samples called defective, 0..1: the curve's y.</param>
public readonly record struct RocPoint(double Threshold, double FalsePositiveRate, double TruePositiveRate);
