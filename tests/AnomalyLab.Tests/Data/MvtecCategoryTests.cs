using AnomalyLab.Course;
using AnomalyLab.Data;
using SkiaSharp;

namespace AnomalyLab.Tests.Data;

public sealed class MvtecCategoryTests : IDisposable
{
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Samples_stand_in_the_order_of_their_file_names()
    {
        foreach (var name in new[] { "10.png", "2.png", "B.png", "a.png" })
            PngFiles.Write(folder.File("nut", "train", "good", name), 4, 4, SKColors.Gray);
        Directory.CreateDirectory(folder.File("nut", "test", "good", "x")[..^2]);

        Assert.Equal(["10.png", "2.png", "B.png", "a.png"], MvtecCategory.FromFolder(folder.File("nut")).Train.Select(s => Path.GetFileName(s.Path)));
    }

    [Fact]
    public void The_test_has_the_good_samples_first_and_a_mask_beside_each_defect()
    {
        var category = PngFiles.Category(folder, train: 3, goodTest: 2, bad: 2);

        Assert.Equal(["good", "good", "broken", "broken"], category.Test.Select(s => s.Defect));
        Assert.All(category.Test, s => Assert.Equal(s.IsGood, s.MaskPath is null));
        Assert.All(category.Test.Where(s => !s.IsGood), s => Assert.True(File.Exists(s.MaskPath), $"{s.MaskPath} is missing"));
        Assert.Equal(["broken"], category.Defects);
        Assert.Equal("test/broken/001.png", category.Test[^1].Name);
    }

    [Fact]
    public void A_missing_folder_is_named_with_the_layout_that_is_expected()
    {
        var error = Assert.Throws<DirectoryNotFoundException>(() => MvtecCategory.FromFolder(folder.File("bottle")));

        Assert.Contains(Path.Combine("bottle", "train", "good"), error.Message);
        Assert.Contains("bottle/ground_truth/DEFECT", error.Message);
    }

    [Fact]
    public void A_category_without_good_images_is_refused_and_the_folder_named()
    {
        PngFiles.Category(folder, train: 1, goodTest: 1, bad: 1);
        var good = Path.Combine(folder.Path, "bottle", "train", "good");
        File.Delete(Path.Combine(good, "000.png"));

        var error = Assert.Throws<InvalidDataException>(() => MvtecCategory.FromFolder(folder.File("bottle")));
        Assert.Contains(good, error.Message);
    }

    [Fact]
    public void Names_in_capitals_other_kinds_of_picture_and_masks_called_as_their_pictures_are_taken()
    {
        var category = PngFiles.Category(folder, train: 2, goodTest: 1, bad: 3);
        void Rename(string from, string to) => File.Move(Path.Combine(category.Folder, from), Path.Combine(category.Folder, to));
        Rename("train/good/000.png", "train/good/000.PNG");
        PngFiles.Write(folder.File("bottle", "train", "good", "photo.JPG"), 8, 8, SKColors.Gray, SKEncodedImageFormat.Jpeg);
        Rename("test/broken/000.png", "test/broken/000.Png");
        Rename("ground_truth/broken/000_mask.png", "ground_truth/broken/000_mask.PNG");
        Rename("ground_truth/broken/001_mask.png", "ground_truth/broken/001.png");

        category = MvtecCategory.FromFolder(category.Folder);

        Assert.Equal(["000.PNG", "001.png", "photo.JPG"], category.Train.Select(s => Path.GetFileName(s.Path)));
        Assert.Equal(["000_mask.PNG", "001.png", "002_mask.png"], category.Test.Where(s => !s.IsGood).Select(s => Path.GetFileName(s.MaskPath)));
        Assert.All(category.Test.Where(s => !s.IsGood), s => Assert.True(File.Exists(s.MaskPath), $"{s.MaskPath} is missing"));
        Assert.DoesNotContain(CategoryCheck.Verify(category.Folder, cancel: TestContext.Current.CancellationToken).Problems, problem => !problem.Contains("MVTec AD's bottle has"));
    }

    [Fact]
    public void A_kind_of_defect_without_pictures_is_none()
    {
        var category = PngFiles.Category(folder, train: 1, goodTest: 1, bad: 1);
        Directory.CreateDirectory(Path.Combine(category.Folder, "test", "empty"));
        Assert.Equal(["broken"], MvtecCategory.FromFolder(category.Folder).Defects);
    }

    [Fact]
    public void A_category_is_opened_by_the_path_of_its_folder_and_is_MVTecs_only_by_name()
    {
        PngFiles.Category(folder, train: 1, goodTest: 1, bad: 1);
        Directory.Move(Path.Combine(folder.Path, "bottle"), Path.Combine(folder.Path, "mug"));
        var log = new StringWriter();

        var mug = CourseData.Open(Path.Combine(folder.Path, "mug"), log);

        Assert.Equal(("mug", "own"), (mug.Name, mug.Source));
        Assert.DoesNotContain("MVTec", log.ToString() + mug);
    }

    [Fact]
    public void A_folder_of_photographs_is_not_called_synthetic_and_one_with_the_marker_is()
    {
        Assert.Equal("mvtec", PngFiles.Category(folder, 1, 1, 1).Source);
        File.WriteAllText(folder.File("bottle", SyntheticBottles.Marker), "{}");

        var synthetic = MvtecCategory.FromFolder(folder.File("bottle"));
        Assert.Equal("synthetic", synthetic.Source);
        Assert.Contains("not MVTec AD", synthetic.Note);
    }
}
