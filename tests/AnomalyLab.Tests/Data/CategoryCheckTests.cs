using AnomalyLab.Data;

namespace AnomalyLab.Tests.Data;

public sealed class CategoryCheckTests : IDisposable
{
    private readonly CategoryFolder _tile = new();

    public void Dispose() => _tile.Dispose();

    [Fact]
    public void A_whole_category_is_counted_and_has_no_problem()
    {
        var check = Verify(_tile.Folder);

        Assert.Empty(check.Problems);
        Assert.Equal(("tile", 2, 1, 1), (check.Name, check.Train, check.GoodTest, check.Bad));
    }

    [Fact]
    public void Every_problem_is_listed_with_its_path_and_not_only_the_first()
    {
        var cut = _tile.At("train/good/001.png");
        File.WriteAllBytes(cut, File.ReadAllBytes(cut)[..^200]);
        var text = _tile.At("test/good/000.png");
        File.WriteAllText(text, "no picture");
        var small = _tile.Draw("ground_truth/crack/000_mask.png", width: 8);
        var unmasked = _tile.Draw("test/crack/001.png");
        var orphan = _tile.Draw("ground_truth/crack/007_mask.png");
        var stranger = _tile.At("train/good/notes.txt");
        File.WriteAllText(stranger, "notes");

        var problems = Verify(_tile.Folder).Problems;

        Assert.Collection(problems,
            problem => Assert.StartsWith($"{cut} is cut off or damaged", problem),
            problem => Assert.StartsWith($"{text} is not an image this library can read", problem),
            problem => Assert.Equal($"{small} is 8×12 pixels, but its image is 16×12.", problem),
            problem => Assert.Equal($"{unmasked} has no mask: {_tile.At("ground_truth/crack/001_mask.png")} is missing.", problem),
            problem => Assert.Equal($"{orphan} is a mask without an image in test.", problem),
            problem => Assert.StartsWith($"{stranger} is no picture", problem));
    }

    [Fact]
    public void A_png_cut_at_any_length_never_counts_as_whole()
    {
        var image = _tile.At("train/good/000.png");
        var bytes = File.ReadAllBytes(image);
        // The last bytes are two checksums and the empty IEND chunk: a cut there loses no pixel.
        var passed = Enumerable.Range(0, bytes.Length - 24).Where(length =>
        {
            File.WriteAllBytes(image, bytes[..length]);
            return Verify(_tile.Folder).IsWhole;
        });

        Assert.Empty(passed);
    }

    [Fact]
    public void A_defects_mask_that_marks_nothing_is_a_problem()
    {
        var mask = _tile.At("ground_truth/crack/000_mask.png");
        PngFiles.Write(mask, 16, 12, SkiaSharp.SKColors.Black);
        Assert.StartsWith($"{mask} marks no pixel", Assert.Single(Verify(_tile.Folder).Problems));
    }

    [Fact]
    public void Hidden_files_are_no_problem_and_counted_as_the_course_counts_them()
    {
        File.WriteAllText(_tile.Draw("train/good/._000.png"), "AppleDouble");
        File.WriteAllText(_tile.Draw("test/crack/.DS_Store"), "");
        _tile.Draw("test/.ipynb_checkpoints/000.png");

        var (check, category) = (Verify(_tile.Folder), MvtecCategory.FromFolder(_tile.Folder));

        Assert.Empty(check.Problems);
        Assert.Equal((category.Train.Count, category.Test.Count(s => s.IsGood), category.Test.Count(s => !s.IsGood)), (check.Train, check.GoodTest, check.Bad));
        Assert.Equal(["crack"], category.Defects);
    }

    [Fact]
    public void A_bottle_needs_the_counts_of_mvtec()
    {
        using var bottle = new CategoryFolder("bottle");

        Assert.Equal(
            [
                $"{bottle.Folder} has 2 images in train/good; MVTec AD's bottle has 209.",
                $"{bottle.Folder} has 1 images in test/good; MVTec AD's bottle has 20.",
                $"{bottle.Folder} has 1 images in test/DEFECT; MVTec AD's bottle has 63.",
            ],
            Verify(bottle.Folder).Problems);
    }

    [Fact]
    public void A_folder_of_the_layout_without_images_is_a_problem()
    {
        File.Delete(_tile.At("test/good/000.png"));

        Assert.Equal([$"{_tile.Folder} has 0 images in test/good; at least one is needed."], Verify(_tile.Folder).Problems);
    }

    [Fact]
    public void A_folder_that_is_no_category_is_told_the_layout()
    {
        var problem = Assert.Single(Verify(_tile.At("train")).Problems);

        Assert.Contains("train/good, test/good, test/DEFECT and ground_truth/DEFECT", problem);
    }

    [Fact, Trait("Needs", "MVTec AD")]
    public void The_real_bottles_are_whole()
    {
        var root = Environment.GetEnvironmentVariable("MVTEC_AD_ROOT");
        Assert.SkipWhen(string.IsNullOrEmpty(root), "MVTEC_AD_ROOT is not set: there are no real bottles to check.");

        var check = Verify(Path.Combine(root!, "bottle"));

        Assert.Empty(check.Problems);
        Assert.Equal((209, 20, 63), (check.Train, check.GoodTest, check.Bad));
    }

    private static CategoryCheck Verify(string folder) => CategoryCheck.Verify(folder, cancel: TestContext.Current.CancellationToken);
}
