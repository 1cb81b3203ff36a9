using AnomalyLab.Training;
using static TorchSharp.torch;

namespace AnomalyLab.Tests.Training;

public sealed class LearningRateScheduleTests
{
    [Fact]
    public void A_constant_learning_rate_stays()
    {
        var options = new TrainingOptions { LearningRate = 0.3 };
        Assert.All([0, 50, 99], step => Assert.Equal(0.3, options.LearningRateOf(step, 100)));
    }

    [Theory]
    [InlineData(0, 0.03)]
    [InlineData(4, 0.15)]
    [InlineData(9, 0.3)] // the top, after a tenth
    [InlineData(10, 0.3)]
    [InlineData(55, 0.15)] // half of the way down
    [InlineData(99, 0.0000914)] // 0.3 (1 + cos(π 89/90)) / 2
    public void One_cycle_rises_for_a_tenth_and_falls_along_half_a_cosine(int step, double expected) =>
        Assert.Equal(expected, new TrainingOptions { LearningRate = 0.3, Schedule = LearningRateSchedule.OneCycle }.LearningRateOf(step, 100), 1e-7);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(9)]
    public void One_cycle_of_few_steps_has_a_learning_rate_for_each(int steps)
    {
        var options = new TrainingOptions { LearningRate = 0.3, Schedule = LearningRateSchedule.OneCycle };
        Assert.All(Enumerable.Range(0, steps), step => Assert.InRange(options.LearningRateOf(step, steps), 1e-9, 0.3));
    }

    [Fact]
    public void A_training_takes_each_step_at_its_learning_rate()
    {
        using var scope = NewDisposeScope();
        random.manual_seed(1);
        var images = rand(4, 3, 8, 8);
        nn.Module<Tensor, Tensor> Model()
        {
            random.manual_seed(2);
            return nn.Sequential(nn.Conv2d(3, 3, 1));
        }

        var options = new TrainingOptions { Epochs = 20, BatchSize = 4, LearningRate = 0.1, Schedule = LearningRateSchedule.OneCycle, Precision = Precision.Fp32 };
        using var trained = Model();
        var losses = new Trainer(options, log: TextWriter.Null).Train(trained, images, images).History.Select(epoch => epoch.TrainingLoss);

        using var byHand = Model();
        using var adam = new Adam(byHand.named_parameters(), 0.1);
        var expected = Enumerable.Range(0, 20).Select(step =>
        {
            adam.LearningRate = step < 2 ? 0.05 * (step + 1) : 0.05 * (1 + Math.Cos(Math.PI * (step - 2) / 18));
            adam.ZeroGrad();
            var loss = nn.functional.mse_loss(byHand.forward(images), images);
            loss.backward();
            adam.Step();
            return loss.item<float>();
        });
        Assert.All(expected.Zip(losses), loss => Assert.Equal(loss.First, loss.Second, 1e-5));
    }
}
