namespace AnomalyLab.Tests.Evaluation;

/// <summary>What scikit-learn says of some labels and scores: one entry of roc.json.</summary>
public sealed record RocReference(
    string Name, bool[] Labels, double[] Scores, double[] Thresholds, double[] Fpr, double[] Tpr, double Auc,
    double? AucVariance, double BestF1, double BestF1Threshold, ConfusionReference[] Confusions)
{
    public static TheoryData<RocReference> All => [.. Fixture.Read<RocReference[]>("roc.json")];

    public override string ToString() => Name;
}

/// <summary>What scikit-learn says of one threshold.</summary>
public sealed record ConfusionReference(
    double Threshold, int Tp, int Fp, int Tn, int Fn, double Precision, double Recall, double F1);
