using AnomalyLab.Data;
using TorchSharp;
using static TorchSharp.torch;

namespace AnomalyLab.Tests.Data;

public sealed class RegistrationTests : IDisposable
{
    private const int Side = 128;

    private readonly DisposeScope scope = NewDisposeScope();
    private readonly Tensor mean = Discs.One(Side);

    public void Dispose() => scope.Dispose();

    [Theory]
    [InlineData(0, 0, 1)]
    [InlineData(5, -3, 0.85)]
    [InlineData(-4, 2, 1.15)]
    public void A_known_shift_and_gain_are_found(int right, int down, double gain)
    {
        var pose = Assert.Single(new Registration(mean).Estimate(Moved(right, down, gain)));

        Assert.Equal((double)right / Side, pose.Right, tolerance: 0.25 / Side);
        Assert.Equal((double)down / Side, pose.Down, tolerance: 0.25 / Side);
        Assert.Equal(gain, pose.Gain, tolerance: 0.01);
    }

    [Fact]
    public void A_defect_over_a_tenth_of_the_picture_changes_nothing()
    {
        var image = Moved(3, 4, 0.9);
        image[.., .., 50..90, 40..80] = 0.9;

        var pose = Assert.Single(new Registration(mean).Estimate(image));

        Assert.Equal(3.0 / Side, pose.Right, tolerance: 0.25 / Side);
        Assert.Equal(4.0 / Side, pose.Down, tolerance: 0.25 / Side);
        Assert.Equal(0.9, pose.Gain, tolerance: 0.01);
    }

    [Fact]
    public void Applied_it_brings_the_pictures_back()
    {
        var moved = Moved(-5, 4, 0.9);
        var back = new Registration(mean).Apply(moved);

        var before = (moved[0] - mean).abs().mean().item<float>();
        var after = (back[0] - mean).abs().mean().item<float>();
        Assert.True(after < before / 10, $"the difference to the mean image fell from {before} only to {after}");
    }

    [Fact]
    public void Registered_to_their_own_mean_shifted_pictures_vary_much_less()
    {
        var images = cat([Moved(0, 0, 1), Moved(2, 0, 1), Moved(-2, 0, 1), Moved(0, 2, 1), Moved(0, -2, 1)]);
        double Variation(Tensor of) => of.std(0, unbiased: false).mean().item<float>();

        var registered = new Registration(Registration.MeanOf(images)).Apply(images);
        Assert.True(Variation(registered) < Variation(images) / 2, $"it fell from {Variation(images)} only to {Variation(registered)}");
    }

    [Fact]
    public void Pictures_of_another_size_are_refused_with_the_size_wanted()
    {
        var error = Assert.Throws<ArgumentException>(() => new Registration(mean).Apply(Discs.Some(1, 64)));
        Assert.Contains("[1, 3, 64, 64]", error.Message);
        Assert.Contains("[N, 3, 128, 128]", error.Message);
    }

    private Tensor Moved(int right, int down, double gain) =>
        (mean.roll([down, right], [1, 2]).unsqueeze(0) * gain).clamp(0, 1);
}
