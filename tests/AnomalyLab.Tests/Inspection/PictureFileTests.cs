using AnomalyLab.Inspection;

namespace AnomalyLab.Tests.Inspection;

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

    [Fact]
    public void Pictures_are_found_in_folders_below_in_order_and_other_files_passed_over()
    {
        using var folder = new TempFolder();
        foreach (var name in new[] { "b.JPG", "a/z.png", "a/notes.txt", "Thumbs.db", ".hidden.png" })
            File.WriteAllText(folder.File(name.Split('/')), "");
        Assert.Equal(["a/z.png", "b.JPG"], PictureFile.Find(folder.Path).Select(file => Path.GetRelativePath(folder.Path, file).Replace('\\', '/')));
    }

    [Fact]
    public void A_folder_that_is_missing_or_without_pictures_is_named()
    {
        using var folder = new TempFolder();
        Assert.StartsWith($"There is no picture in {folder.Path}", Assert.Throws<DirectoryNotFoundException>(() => PictureFile.Find(folder.Path)).Message);
        Assert.StartsWith($"There is no folder {folder.Path}x", Assert.Throws<DirectoryNotFoundException>(() => PictureFile.Find(folder.Path + "x")).Message);
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
