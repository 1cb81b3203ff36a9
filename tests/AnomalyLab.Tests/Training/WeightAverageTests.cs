using AnomalyLab.Training;
using static TorchSharp.torch;

namespace AnomalyLab.Tests.Training;

public sealed class WeightAverageTests
{
    [Fact]
    public void It_moves_towards_the_weights_faster_in_the_first_steps_and_changes_place_with_them()
    {
        using var scope = NewDisposeScope();
        using var model = nn.Linear(1, 1, hasBias: false);
        void Set(double value)
        {
            using var _ = no_grad();
            model.weight!.fill_(value);
        }

        Set(0);
        using var average = new WeightAverage(model, limit: 0.25);
        Set(1);
        average.Step(); // 2/11 of the 0 stay
        Set(3);
        average.Step(); // 3/12 of that stay, which is the limit
        average.Swap();

        Assert.Equal((1 - 2.0 / 11) * 0.25 + 3 * 0.75, model.weight!.item<float>(), tolerance: 1e-6);
        average.Swap();
        Assert.Equal(3, model.weight!.item<float>());
    }
}
