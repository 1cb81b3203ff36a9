using AnomalyLab.Course;
using static TorchSharp.torch;

namespace AnomalyLab.Tests.Course;

public sealed class FruitTests
{
    [Fact]
    public void Fruits_are_colour_pictures_with_values_from_0_to_1()
    {
        using var scope = NewDisposeScope();
        foreach (var fruits in new[] { Fruit.Apples(3, 0), Fruit.BittenApples(3, 0), Fruit.Pears(3, 0) })
        {
            Assert.Equal([3, 3, 16, 16], fruits.shape);
            Assert.InRange(fruits.min().item<float>(), 0, 0.3f);
            Assert.InRange(fruits.max().item<float>(), 0.9f, 1);
        }
    }

    [Fact]
    public void A_bitten_apple_is_the_same_apple_everywhere_but_at_its_right_side()
    {
        using var scope = NewDisposeScope();
        var differs = (Fruit.Apples(20, 0) - Fruit.BittenApples(20, 0)).abs().amax([0, 1, 2]);

        Assert.Equal(0, differs[..9].max().item<float>());
        Assert.InRange(differs[9..].max().item<float>(), 0.5f, 1);
    }

    [Fact]
    public void A_seed_always_gives_the_same_fruits_and_another_gives_others()
    {
        using var scope = NewDisposeScope();
        Assert.True(Fruit.Apples(5, 0).equal(Fruit.Apples(5, 0)).all().item<bool>());
        Assert.False(Fruit.Apples(5, 0).equal(Fruit.Apples(5, 1)).all().item<bool>());
    }
}
