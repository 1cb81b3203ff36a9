using AnomalyLab.Display;

namespace AnomalyLab.Evaluation;

/// <summary>A threshold, the rule that chose it, and what it does on the samples it was chosen on.</summary>
/// <param name="Rule">The rule in plain words, such as "no miss".</param>
/// <param name="Threshold">
/// A sample is called defective when its score is at least this; positive infinity where the rule is met only by
/// calling nothing defective.
/// </param>
/// <param name="TruePositiveRate">The share of the defective samples called defective, 0..1.</param>
/// <param name="FalsePositiveRate">The share of the good samples called defective, 0..1.</param>
public sealed record ThresholdChoice(string Rule, double Threshold, double TruePositiveRate, double FalsePositiveRate)
{
    /// <summary>The rule in plain words, in the course's language.</summary>
    public string Rule { get; init => field = Texts.Of(value); } = Texts.Of(Rule);

    /// <summary>One line; the threshold is written with all its digits, so that it can be copied and applied.</summary>
    public override string ToString() => Texts.Format($"{Rule}: threshold {Threshold}, TPR {TruePositiveRate:0.000}, FPR {FalsePositiveRate:0.000}");
}
