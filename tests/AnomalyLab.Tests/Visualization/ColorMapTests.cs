using System.Text.Json;
using AnomalyLab.Visualization;
using TorchSharp;

namespace AnomalyLab.Tests.Visualization;

public sealed class ColorMapTests
{
    [Fact]
    public void Jet_is_opencvs()
    {
        var opencv = JsonSerializer.Deserialize<int[][]>(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Fixtures", "jet.json")))!;

        Assert.Equal(opencv, ColorMap.Jet.Select(color => new int[] { color.Red, color.Green, color.Blue }));
    }

    [Fact]
    public void A_map_is_painted_from_zero_to_the_scale_and_beyond_in_the_last_colour()
    {
        using var map = torch.tensor(new[] { -5f, 0f, 100f, 200f, 999f, float.PositiveInfinity, float.NaN }, [1, 7]);

        var picture = ColorMap.Paint(map, 200);

        Assert.Equal([0, 0, 128, 255, 255, 255, 0], Levels(picture));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void A_scale_that_is_no_number_above_zero_is_named(double scale)
    {
        using var map = torch.zeros(2, 2);

        Assert.Contains($"The scale is {scale}", Assert.Throws<ArgumentOutOfRangeException>(() => ColorMap.Paint(map, scale)).Message);
    }

    [Fact]
    public void One_pixel_in_a_thousand_of_the_good_maps_is_above_their_scale()
    {
        using var maps = torch.randperm(4000, torch.float32).reshape(4, 40, 25);

        Assert.Equal(3995, ColorMap.ScaleFrom(maps));
    }

    private static IEnumerable<int> Levels(Picture picture) => picture.Rgb.ToArray().Chunk(3)
        .Select(p => ColorMap.Jet.ToList().IndexOf((p[0], p[1], p[2])));
}
