namespace AnomalyLab.Inspection;

/// <summary>How far a long operation has come.</summary>
/// <param name="Activity">What is being done, such as <c>training</c>.</param>
/// <param name="Fraction">How much of it, 0..1.</param>
public readonly record struct InspectionProgress(string Activity, double Fraction);
