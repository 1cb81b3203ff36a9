using AnomalyLab.Data;
using AnomalyLab.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace AnomalyLab.Tests.Models;

public sealed class GoodAppearanceTests : IDisposable
{
    private readonly DisposeScope scope = NewDisposeScope();
    private readonly Tensor images = Discs.Some(24, 32);
    private readonly GoodAppearance good;

    public GoodAppearanceTests() => good = GoodAppearance.From(images, seed: 3);

    public void Dispose()
    {
        good.Dispose();
        scope.Dispose();
    }

    [Fact]
    public void A_faint_stain_is_what_looks_strangest()
    {
        var stained = images[..1].clone();
        stained[.., 0, 14..18, 14..18] += 0.08;
        var map = good.AnomalyMaps(stained)[0];
        var place = map.argmax().item<long>();
        Assert.InRange(place / 32, 13, 18);
        Assert.InRange(place % 32, 13, 18);
        Assert.True(map.max().item<float>() > 3, $"the stain is only {map.max().item<float>():F1} spreads stranger than usual");
    }

    [Fact]
    public void Other_good_images_look_as_usual_also_when_they_were_shifted_turned_and_lit_otherwise()
    {
        var others = Discs.Some(40, 32)[24..];
        var disturbed = new Disturbance(Shift: 0.04, Degrees: 10, Light: 0.1).Apply(others, 5);
        foreach (var (name, some) in new[] { ("as they are", others), ("disturbed", disturbed) })
        {
            var mean = good.AnomalyMaps(some).mean().item<float>();
            Assert.True(mean < 1, $"{name}, good images look {mean:F2} spreads stranger than usual on average");
        }
    }

    [Fact]
    public void The_same_seed_measures_the_same()
    {
        using var same = GoodAppearance.From(images, seed: 3);
        using var other = GoodAppearance.From(images, seed: 4);
        Assert.True(good.AnomalyMaps(images).equal(same.AnomalyMaps(images)).all().item<bool>());
        Assert.False(good.AnomalyMaps(images).equal(other.AnomalyMaps(images)).all().item<bool>());
    }

    [Fact]
    public void One_image_is_too_few_to_know_what_varies() =>
        Assert.Contains("two images", Assert.Throws<ArgumentException>(() => GoodAppearance.From(images[..1])).Message);
}
