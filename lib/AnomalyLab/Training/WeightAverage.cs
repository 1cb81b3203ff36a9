using static TorchSharp.torch;

namespace AnomalyLab.Training;

/// <summary>
/// The moving average of a model's weights over the steps of its training. Single steps swing; their average is steadier and
/// usually better.
/// </summary>
/// <remarks>Polyak and Juditsky, "Acceleration of Stochastic Approximation by Averaging", SIAM 1992; here with fading memory.</remarks>
internal sealed class WeightAverage : IDisposable
{
    private readonly nn.Module model;
    private readonly double limit;
    private readonly Dictionary<string, Tensor> average;
    private int steps;

    /// <param name="model">The model; the average begins with its weights.</param>
    /// <param name="limit">The part of the average that stays in each step, once there were many; less in the first ones.</param>
    public WeightAverage(nn.Module model, double limit)
    {
        (this.model, this.limit) = (model, limit);
        average = model.state_dict().ToDictionary(w => w.Key, w => w.Value.detach().clone().DetachFromDisposeScope());
    }

    /// <summary>Moves the average towards the model's present weights.</summary>
    public void Step()
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        steps++;
        var stays = Math.Min(limit, (1.0 + steps) / (10 + steps));
        foreach (var (name, weight) in model.state_dict())
        {
            if (weight.is_floating_point())
                average[name].lerp_(weight, 1 - stays);
            else
                average[name].copy_(weight);
        }
    }

    /// <summary>Gives the model the average in exchange for its own weights; a second time, gives those back.</summary>
    public void Swap()
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        foreach (var (name, weight) in model.state_dict())
        {
            var kept = weight.clone();
            weight.copy_(average[name]);
            average[name].copy_(kept);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var weight in average.Values)
            weight.Dispose();
    }
}
