using AnomalyLab.Data;
using AnomalyLab.Training.Painting;

namespace AnomalyLab.Tests.Training.Painting;

public sealed class DefectPainterTests
{
    private const int Side = 64;
    private const int Pictures = 200;

    private static readonly Raster[] Goods = Raster.From(Discs.Some(4, Side));
    private static readonly DefectPainter Painter = new(Goods, [.. Enumerable.Repeat(0.01f, Side * Side)]);
    private static readonly PaintedImage[] Painted = [.. Enumerable.Range(0, Pictures).Select(seed => Painter.Paint(new Random(seed), Goods[seed % 4]))];

    [Fact]
    public void Outside_of_the_mask_no_pixel_changes()
    {
        foreach (var (seed, painted) in Painted.Index())
        {
            var good = Goods[seed % 4].Values;
            var changed = Enumerable.Range(0, good.Length).Where(i => !painted.Mask[i / 3] && painted.Image.Values[i] != good[i]).ToArray();
            Assert.True(changed.Length == 0, $"seed {seed}: {changed.Length} values outside of the mask changed");
        }
    }

    [Fact]
    public void Most_pictures_get_a_defect_and_every_defect_shows()
    {
        Assert.InRange(Painted.Count(p => p.Mask.Any(m => m)), 0.6 * Pictures, Pictures);
        foreach (var (seed, painted) in Painted.Index().Where(p => p.Item.Mask.Any(m => m)))
        {
            var good = Goods[seed % 4].Values;
            var largest = Enumerable.Range(0, good.Length).Max(i => Math.Abs(painted.Image.Values[i] - good[i]));
            Assert.True(largest > 0.016, $"seed {seed}: nothing differs by more than {largest}");
        }
    }

    [Fact]
    public void Defects_are_as_small_as_a_spot_and_as_large_as_a_quarter_of_the_picture()
    {
        var areas = Painted.Select(p => p.Mask.Count(m => m) / (double)(Side * Side)).Where(area => area > 0).Order().ToArray();
        Assert.True(areas[0] < 0.005, $"the smallest covers {areas[0]:P1}");
        Assert.True(areas[^1] > 0.25, $"the largest covers {areas[^1]:P1}");
    }

    [Fact]
    public void All_values_stay_in_0_to_1_and_the_background_stays_clean()
    {
        foreach (var painted in Painted)
        {
            Assert.All(painted.Image.Values, value => Assert.InRange(value, 0, 1));
            Assert.False(painted.Mask[0] || painted.Mask[^1], "a corner is painted");
        }
    }

    [Fact]
    public void The_same_seed_paints_the_same_and_another_seed_something_else()
    {
        Assert.Equal(Painted[7].Image.Values, Painter.Paint(new Random(7), Goods[3]).Image.Values);
        Assert.Equal(Painted[7].Mask, Painter.Paint(new Random(7), Goods[3]).Mask);
        Assert.NotEqual(Painted[7].Image.Values, Painter.Paint(new Random(8), Goods[3]).Image.Values);
    }

    [Fact]
    public void The_good_picture_itself_stays_as_it_is()
    {
        var before = Goods[0].Values.ToArray();
        Painter.Paint(new Random(1), Goods[0]);
        GoodVariation.Of(new Random(1), Goods[0]);
        Assert.Equal(before, Goods[0].Values);
    }

    [Fact]
    public void A_good_variation_is_close_to_the_picture()
    {
        for (var seed = 0; seed < 50; seed++)
        {
            var varied = GoodVariation.Of(new Random(seed), Goods[0]).Values;
            var difference = varied.Zip(Goods[0].Values, (a, b) => Math.Abs(a - b)).Average();
            Assert.True(difference is > 0.0005f and < 0.06f, $"seed {seed}: the mean difference is {difference}");
        }
    }
}
