namespace AnomalyLab.Evaluation;

/// <summary>The interval of <see cref="RocCurve.AucInterval"/>.</summary>
internal static class AucInterval
{
    private const double Z = 1.959964; // of 95 %: the normal distribution's 97.5 % quantile

    /// <param name="confusions">The counts at each of the curve's thresholds, from nothing called defective to everything.</param>
    /// <param name="auc">The area.</param>
    public static (double Low, double High) Of(IReadOnlyList<Confusion> confusions, double auc)
    {
        var variance = DeLongVariance(confusions, auc);
        return variance > 0
            ? (Logistic(Logit(auc) - Z * Math.Sqrt(variance) / (auc * (1 - auc))), Logistic(Logit(auc) + Z * Math.Sqrt(variance) / (auc * (1 - auc))))
            : Newcombe(auc, good: confusions[^1].FalsePositives, defective: confusions[^1].TruePositives);
    }

    /// <summary>
    /// DeLong's variance: for each sample, take the share of its good–defective pairs that are in the right order; the variance
    /// follows from how much these shares differ. NaN with only one good or one defective sample.
    /// </summary>
    private static double DeLongVariance(IReadOnlyList<Confusion> confusions, double auc)
    {
        var (good, defective) = ((double)confusions[^1].FalsePositives, (double)confusions[^1].TruePositives);
        double defectiveSquares = 0, goodSquares = 0;
        foreach (var (above, at) in confusions.Zip(confusions.Skip(1)))
        {
            // Of the samples with this point's score: the share of good ones below a defective one, and of defective ones above a good one.
            var below = 1 - (above.FalsePositives + at.FalsePositives) / 2.0 / good;
            var over = (above.TruePositives + at.TruePositives) / 2.0 / defective;
            defectiveSquares += (at.TruePositives - above.TruePositives) * (below - auc) * (below - auc);
            goodSquares += (at.FalsePositives - above.FalsePositives) * (over - auc) * (over - auc);
        }
        return defectiveSquares / (defective - 1) / defective + goodSquares / (good - 1) / good;
    }

    /// <summary>Newcombe's method 5: all areas that lie within <see cref="Z"/> of their own standard deviations of the measured one.</summary>
    private static (double Low, double High) Newcombe(double auc, double good, double defective)
    {
        var mean = (good + defective) / 2;
        bool Fits(double area) => Math.Abs(auc - area) <= Z * Math.Sqrt(area * (1 - area) / (good * defective)
            * (1 + (mean - 1) * ((1 - area) / (2 - area) + area / (1 + area))));
        return (Border(auc, 0), Border(auc, 1));

        double Border(double inside, double outside)
        {
            for (var i = 0; i < 60; i++)
            {
                var middle = (inside + outside) / 2;
                if (Fits(middle))
                    inside = middle;
                else
                    outside = middle;
            }
            return inside;
        }
    }

    private static double Logit(double share) => Math.Log(share / (1 - share));

    private static double Logistic(double value) => 1 / (1 + Math.Exp(-value));
}
