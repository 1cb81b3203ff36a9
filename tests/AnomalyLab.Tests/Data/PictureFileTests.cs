using AnomalyLab.Data;
using AnomalyLab.Visualization;

namespace AnomalyLab.Tests.Data;

/// <summary>Real files of every oddity, made by Pillow: Fixtures/README.md, "Pictures".</summary>
public sealed class PictureFileTests
{
    private static string Fixtures(string name) => Fixture.File(Path.Combine("pictures", name));

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    public void A_jpeg_stands_upright_whatever_its_exif_orientation(int orientation)
    {
        var picture = PictureFile.Read(Fixtures($"orientation-{orientation}.jpg"));
        // Upright it is 48×32, with red, green, blue and white in the corners from top left to bottom right.
        Assert.Equal((48, 32), (picture.Width, picture.Height));
        Assert.Equal("red green blue white", string.Join(' ', new[] { (8, 8), (40, 8), (8, 24), (40, 24) }.Select(at => Name(At(picture, at.Item1, at.Item2)))));
    }

    [Theory]
    [InlineData("grey.png")]
    [InlineData("grey16.png")]
    [InlineData("grey.jpg")]
    public void Grey_in_8_or_16_bits_is_the_same_in_all_three_channels(string name)
    {
        var picture = PictureFile.Read(Fixtures(name));
        Assert.Equal((40, 30), (picture.Width, picture.Height));
        // From black on the left to 39·6 = 234 on the right.
        foreach (var x in new[] { 0, 13, 39 })
        {
            var (r, g, b) = At(picture, x, 15);
            Assert.True(r == g && g == b && Math.Abs(r - x * 6) <= 2, $"{name} at {x}: {r}, {g}, {b}, expected {x * 6}");
        }
    }

    [Fact]
    public void Sixteen_bits_a_channel_are_cut_to_8()
    {
        var (r, g, b) = At(PictureFile.Read(Fixtures("rgb16.png")), 3, 3);
        Assert.True(Math.Abs(r - 200) <= 1 && Math.Abs(g - 100) <= 1 && Math.Abs(b - 50) <= 1, $"{r}, {g}, {b}");
    }

    [Theory]
    [InlineData("transparent.png")]
    [InlineData("palette.png")]
    public void Transparent_parts_are_white_and_half_transparent_ones_half_way_there(string name)
    {
        var picture = PictureFile.Read(Fixtures(name));
        Assert.Equal((255, 255, 255), At(picture, 2, 5));
        var half = At(picture, 12, 5);
        Assert.True(half.R == 255 && Math.Abs(half.G - 127) <= 2 && Math.Abs(half.B - 127) <= 2, $"half transparent red is {half}");
        Assert.Equal((255, 0, 0), At(picture, 22, 5));
    }

    [Theory]
    [InlineData("cut.png", "cut off or damaged")]
    [InlineData("cut.jpg", "cut off or damaged")]
    [InlineData("empty.png", "not an image")]
    [InlineData("text.jpg", "not an image")]
    [InlineData("picture.tif", "not an image")]
    public void A_file_that_is_no_whole_picture_is_named(string name, string says)
    {
        var error = Assert.Throws<InvalidDataException>(() => PictureFile.Read(Fixtures(name)));
        Assert.StartsWith(Fixtures(name), error.Message);
        Assert.Contains(says, error.Message);
    }

    [Theory]
    [InlineData(0)] // grey
    [InlineData(2)] // RGB
    [InlineData(6)] // RGB and alpha
    public void A_12_bit_camera_keeps_256_levels_in_a_16_bit_png(byte color)
    {
        using var folder = new TempFolder();
        var path = folder.File("deep.png");
        Png16.Write(path, 256, 1, color, (x, _) => (ushort)(x * 16));

        var picture = PictureFile.Read(path);

        Assert.Equal(12, picture.Bits);
        var levels = Enumerable.Range(0, 256).Select(x => At(picture, x, 0)).ToArray();
        Assert.All(levels.Index(), level => Assert.True(level.Item.R == level.Item.G && level.Item.G == level.Item.B && Math.Abs(level.Item.R - level.Index) <= 1, $"level {level.Index} became {level.Item}"));
        Assert.InRange(levels.Distinct().Count(), 255, 256);
    }

    [Fact]
    public void One_value_above_4095_or_brighter_pictures_beside_it_make_white_65535()
    {
        using var folder = new TempFolder();
        Png16.Write(folder.File("bright.png"), 3, 1, 0, (x, _) => (ushort)(x == 0 ? 4096 : 4095));
        Png16.Write(folder.File("dark.png"), 3, 1, 0, (_, _) => 4095);

        Assert.Equal((16, (16, 16, 16)), (PictureFile.Read(folder.File("bright.png")).Bits, At(PictureFile.Read(folder.File("bright.png")), 2, 0)));
        Assert.Equal((255, 255, 255), At(PictureFile.Read(folder.File("dark.png")), 2, 0));
        Assert.Equal((16, 16, 16), At(PictureFile.Read(folder.File("dark.png"), leastBits: 16), 2, 0));
    }

    [Fact]
    public void A_picture_too_large_for_the_memory_is_named_before_it_is_decoded()
    {
        using var folder = new TempFolder();
        var path = folder.File("scan.png");
        Png16.WriteHeader(path, 24_000, 24_000);
        Assert.StartsWith($"{path} is too large, 24000×24000 pixels", Assert.Throws<InvalidDataException>(() => PictureFile.Read(path)).Message);
    }

    [Theory]
    [InlineData("orientation-6.jpg")]
    [InlineData("transparent.png")]
    [InlineData("palette.png")]
    [InlineData("grey16.png")]
    public void The_network_a_figure_and_an_inspection_see_the_same_pixels(string name)
    {
        var file = PictureFile.Read(Fixtures(name));
        var resized = new byte[16 * 16 * 3];
        file.Resize(16, 16, resized);

        using var images = ImageTensors.Load([new Sample(Fixtures(name), Sample.Good)], 16, ImageCache.None);
        Assert.Equal(resized, Picture.From(images[0]).Rgb.ToArray());
        var picture = Picture.Load(Fixtures(name));
        Assert.Equal((file.Width, file.Height), (picture.Width, picture.Height));
        Assert.Equal(Enumerable.Range(0, file.Width).Select(x => At(file, x, 7)), Enumerable.Range(0, file.Width).Select(x => ((int)picture.Rgb[(7 * file.Width + x) * 3], (int)picture.Rgb[(7 * file.Width + x) * 3 + 1], (int)picture.Rgb[(7 * file.Width + x) * 3 + 2])));
    }

    private static (int R, int G, int B) At(PictureFile picture, int x, int y)
    {
        var at = (y * picture.Width + x) * 4;
        return (picture.Rgba[at], picture.Rgba[at + 1], picture.Rgba[at + 2]);
    }

    private static string Name((int R, int G, int B) color) => (color.R > 127, color.G > 127, color.B > 127) switch
    {
        (true, false, false) => "red",
        (false, true, false) => "green",
        (false, false, true) => "blue",
        (true, true, true) => "white",
        _ => $"{color}",
    };
}
