using AnomalyLab.Data;
using TorchSharp;
using static TorchSharp.torch;

namespace AnomalyLab.Tests.Data;

public sealed class DisturbanceTests : IDisposable
{
    private readonly DisposeScope scope = NewDisposeScope();

    public void Dispose() => scope.Dispose();

    [Fact]
    public void Registration_finds_shifts_and_light_within_the_limits_and_all_over_them()
    {
        var mean = Discs.One(128);
        var images = mean.unsqueeze(0).expand(40, -1, -1, -1);
        var poses = new Registration(mean).Estimate(new Disturbance(Degrees: 0).Apply(images, seed: 1));

        Assert.All(poses, pose => Assert.InRange(Math.Abs(pose.Right), 0, 0.042));
        Assert.All(poses, pose => Assert.InRange(Math.Abs(pose.Down), 0, 0.042));
        Assert.All(poses, pose => Assert.InRange(pose.Gain, 0.84, 1.16));
        Assert.True(poses.Max(p => p.Right) > 0.03 && poses.Min(p => p.Right) < -0.03, "no picture is shifted far");
        Assert.True(poses.Max(p => p.Gain) > 1.1 && poses.Min(p => p.Gain) < 0.9, "no picture is much lighter, or none darker");
    }

    [Fact]
    public void A_rotation_turns_clockwise_about_the_middle()
    {
        var image = zeros(1, 3, 65, 65);
        image[.., .., 32, 52] = 1; // 20 pixels to the right of the middle
        var turned = Raster.From(image)[0].Moved(0, 0, MathF.PI / 2);

        Assert.Equal(1, turned.Values[(52 * 65 + 32) * 3], tolerance: 1e-3); // 20 pixels below it
    }

    [Fact]
    public void Without_any_disturbance_the_pictures_stay_the_same()
    {
        var images = Discs.Some(2, 32);
        Assert.True(new Disturbance(0, 0, 0).Apply(images, seed: 5).allclose(images, atol: 1e-6));
    }
}
