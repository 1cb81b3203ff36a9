namespace AnomalyLab.Course;

public static partial class Exercises
{
    /// <summary>Notebook 4: the epoch whose weights are kept.</summary>
    /// <param name="best">Takes the validation loss of each epoch and gives the epoch, from 1, with the smallest.</param>
    public static ExerciseResult BestEpoch(Func<double[], int>? best) => ExerciseCheck.Of(best,
        losses => losses.Index().MinBy(epoch => epoch.Item).Index + 1,
        trials: [[new[] { 0.5, 0.2, 0.3, 0.4 }], [new[] { 0.3, 0.4, 0.9 }], [new[] { 0.5, 0.4, 0.2 }]],
        mistakes: new()
        {
            ["counted from 0"] = losses => losses.Index().MinBy(epoch => epoch.Item).Index,
            ["last"] = losses => losses.Length,
            ["largest"] = losses => losses.Index().MaxBy(epoch => epoch.Item).Index + 1,
        });

    /// <summary>Notebook 4: when patience runs out.</summary>
    /// <param name="stop">Takes the validation loss of each epoch and the patience, and gives the epoch, from 1, after which training stops.</param>
    public static ExerciseResult EarlyStop(Func<double[], int, int>? stop) => ExerciseCheck.Of(stop,
        (losses, patience) => StopAfter(losses, patience),
        trials:
        [
            [new[] { 5.0, 4, 3, 4, 4, 4, 4, 4 }, 3],
            [new[] { 3.0, 4, 2, 4, 3.5, 4, 4 }, 2],
            [new[] { 5.0, 4, 3, 2 }, 2],
        ],
        mistakes: new()
        {
            ["against the epoch before"] = (losses, patience) =>
            {
                var worse = 0;
                for (var epoch = 2; epoch <= losses.Length; epoch++)
                {
                    worse = losses[epoch - 1] >= losses[epoch - 2] ? worse + 1 : 0;
                    if (worse == patience)
                        return epoch;
                }
                return losses.Length;
            },
            ["never starts again"] = (losses, patience) =>
            {
                var (best, bad) = (double.MaxValue, 0);
                for (var epoch = 1; epoch <= losses.Length; epoch++)
                {
                    bad += losses[epoch - 1] >= best ? 1 : 0;
                    best = Math.Min(best, losses[epoch - 1]);
                    if (bad == patience)
                        return epoch;
                }
                return losses.Length;
            },
            ["one epoch too long"] = (losses, patience) => StopAfter(losses, patience + 1),
            ["counted from 0"] = (losses, patience) => StopAfter(losses, patience) - 1,
            ["the best epoch"] = (losses, _) => losses.Index().MinBy(epoch => epoch.Item).Index + 1,
        });

    /// <summary>Notebook 4: a training with one weight and the loss (w − 3)².</summary>
    /// <param name="losses">Takes where the weight starts, the learning rate and the number of steps, and gives the loss before each step.</param>
    public static ExerciseResult LossesOfATraining(Func<double, double, int, double[]>? losses) => ExerciseCheck.Of(losses,
        (start, learningRate, steps) => Descend(start, steps, w => w - learningRate * 2 * (w - 3)),
        trials: [[0.0, 0.1, 3], [5.0, 0.25, 4]],
        mistakes: new()
        {
            ["uphill"] = (start, learningRate, steps) => Descend(start, steps, w => w + learningRate * 2 * (w - 3)),
            ["after each step"] = (start, learningRate, steps) => Descend(start, steps + 1, w => w - learningRate * 2 * (w - 3))[1..],
            ["half the slope"] = (start, learningRate, steps) => Descend(start, steps, w => w - learningRate * (w - 3)),
            ["always the first slope"] = (start, learningRate, steps) => Descend(start, steps, w => w - learningRate * 2 * (start - 3)),
        });

    private static int StopAfter(double[] losses, int patience)
    {
        var (best, bestEpoch) = (double.MaxValue, 0);
        for (var epoch = 1; epoch <= losses.Length; epoch++)
        {
            if (losses[epoch - 1] < best)
                (best, bestEpoch) = (losses[epoch - 1], epoch);
            if (epoch - bestEpoch == patience)
                return epoch;
        }
        return losses.Length;
    }

    private static double[] Descend(double w, int steps, Func<double, double> next)
    {
        var losses = new double[steps];
        for (var step = 0; step < steps; step++, w = next(w))
            losses[step] = (w - 3) * (w - 3);
        return losses;
    }
}
