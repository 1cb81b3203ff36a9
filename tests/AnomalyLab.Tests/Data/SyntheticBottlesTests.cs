using System.Buffers.Binary;
using AnomalyLab.Data;
using AnomalyLab.Course;
using AnomalyLab.Course.Synthetic;
using SkiaSharp;

namespace AnomalyLab.Tests.Data;

public sealed class SyntheticBottlesTests(SyntheticBottlesTests.Category category) : IClassFixture<SyntheticBottlesTests.Category>, IDisposable
{
    private static readonly string[] DefectKinds = ["broken_large", "broken_small", "contamination"];
    private static readonly SyntheticOptions Few = new() { TrainGood = 3, TestGood = 1, BrokenLarge = 1, BrokenSmall = 1, Contamination = 1, Size = 48 };

    private readonly TempFolder scratch = new();

    private string Target => scratch.File("bottle");

    /// <summary>One category with all of MVTec's counts, but small pictures.</summary>
    public sealed class Category : IDisposable
    {
        private readonly TempFolder folder = new();

        public Category() => SyntheticBottles.Draw(Folder, Options);

        public SyntheticOptions Options { get; } = new() { Size = 64 };

        public string Folder => folder.File("bottle");

        public string[] Files(string part) => [.. Directory.GetFiles(Path.Combine(Folder, part)).Order(StringComparer.Ordinal)];

        public void Dispose() => folder.Dispose();
    }

    public void Dispose() => scratch.Dispose();

    [Theory]
    [InlineData("train/good", 209, "")]
    [InlineData("test/good", 20, "")]
    [InlineData("test/broken_large", 20, "")]
    [InlineData("test/broken_small", 22, "")]
    [InlineData("test/contamination", 21, "")]
    [InlineData("ground_truth/broken_large", 20, "_mask")]
    [InlineData("ground_truth/broken_small", 22, "_mask")]
    [InlineData("ground_truth/contamination", 21, "_mask")]
    public void Layout_counts_and_names_are_those_of_mvtec_ads_bottle(string part, int count, string suffix) =>
        Assert.Equal(Enumerable.Range(0, count).Select(index => $"{index:000}{suffix}.png"), category.Files(part).Select(Path.GetFileName));

    [Fact]
    public void Nothing_else_but_the_marker_lies_in_the_category()
    {
        Assert.Equal(209 + 20 + 63 + 63 + 1, Directory.GetFiles(category.Folder, "*", SearchOption.AllDirectories).Length);
        Assert.True(File.Exists(Path.Combine(category.Folder, SyntheticBottles.Marker)));
    }

    [Fact]
    public void Pictures_are_8_bit_rgb_and_masks_8_bit_grey_of_the_wanted_size()
    {
        foreach (var file in Directory.GetFiles(category.Folder, "*.png", SearchOption.AllDirectories))
        {
            // The PNG specification, 11.2.2: width, height, bit depth, colour type (0 grey, 2 RGB).
            var header = File.ReadAllBytes(file).AsSpan(16);
            var (width, height) = (BinaryPrimitives.ReadInt32BigEndian(header), BinaryPrimitives.ReadInt32BigEndian(header[4..]));
            var colorType = file.EndsWith("_mask.png", StringComparison.Ordinal) ? 0 : 2;
            Assert.Equal((file, 64, 64, 8, colorType), (file, width, height, header[8], header[9]));
        }
    }

    [Fact]
    public void A_mask_holds_only_0_and_255_and_is_neither_empty_nor_the_whole_picture()
    {
        foreach (var file in DefectKinds.SelectMany(kind => category.Files($"ground_truth/{kind}")))
        {
            var values = Pixels(File.ReadAllBytes(file)).Select(pixel => pixel.Red).GroupBy(value => value).ToDictionary(group => group.Key, group => group.Count());
            Assert.True(values.Keys.Order().SequenceEqual([(byte)0, (byte)255]), $"{file} holds the values {string.Join(", ", values.Keys)}");
            Assert.True(values[255] is > 5 and < 64 * 64 / 3, $"{file} marks {values[255]} of {64 * 64} pixels");
        }
    }

    [Theory]
    [InlineData(1)] // the enum is internal to the library
    [InlineData(2)]
    [InlineData(3)]
    public void A_defective_picture_differs_from_the_flawless_one_exactly_where_the_mask_says(int defect)
    {
        for (var index = 0; index < 14; index++)
        {
            using var broken = new SyntheticSample(0, Kind.TestGood + defect, index, 96);
            using var flawless = new SyntheticSample(0, Kind.TestGood + defect, index, 96, flawless: true);
            var changed = Pixels(broken.ImagePng()).Zip(Pixels(flawless.ImagePng()), (a, b) => a != b);
            var marked = Pixels(broken.MaskPng()).Select(pixel => pixel.Red == 255);
            var wrong = changed.Zip(marked).Count(pair => pair.First != pair.Second);
            Assert.True(wrong == 0, $"{Kind.TestGood + defect} {index}: {wrong} pixels differ and are not marked, or the other way round");
        }
    }

    [Fact]
    public void What_is_drawn_in_parallel_is_what_one_thread_draws()
    {
        foreach (var drawing in Drawing.All(category.Options).Where(drawing => drawing.Index % 5 == 0))
        {
            using var picture = new SyntheticSample(category.Options.Seed, drawing.Kind, drawing.Index, category.Options.Size);
            Assert.True(picture.ImagePng().SequenceEqual(File.ReadAllBytes(Path.Combine(category.Folder, drawing.Image))), drawing.Image);
            if (drawing.Mask is not null)
                Assert.True(picture.MaskPng().SequenceEqual(File.ReadAllBytes(Path.Combine(category.Folder, drawing.Mask))), drawing.Mask);
        }
    }

    [Fact]
    public void Counts_do_not_change_the_pictures()
    {
        SyntheticBottles.Draw(Target, Few with { Size = 64 });
        foreach (var file in Directory.GetFiles(Target, "*.png", SearchOption.AllDirectories))
            Assert.Equal(File.ReadAllBytes(Path.Combine(category.Folder, Path.GetRelativePath(Target, file))), File.ReadAllBytes(file));
    }

    [Fact]
    public void No_two_bottles_are_alike_and_another_seed_gives_others()
    {
        var pictures = Drawing.All(category.Options).Select(drawing => File.ReadAllBytes(Path.Combine(category.Folder, drawing.Image)))
            .Concat(Drawing.All(Few).Select(drawing =>
            {
                using var picture = new SyntheticSample(1, drawing.Kind, drawing.Index, category.Options.Size);
                return picture.ImagePng();
            }));
        Assert.All(pictures.GroupBy(Convert.ToBase64String), alike => Assert.Single(alike));
    }

    [Fact]
    public void The_picture_of_a_bottle_is_the_same_at_every_size()
    {
        using var large = new SyntheticSample(0, Kind.BrokenLarge, 0, 256);
        using var small = new SyntheticSample(0, Kind.BrokenLarge, 0, 64);
        using var shrunk = SKBitmap.Decode(large.ImagePng()).Resize(new SKImageInfo(64, 64), new SKSamplingOptions(SKFilterMode.Linear, SKMipmapMode.Linear));
        var off = shrunk.Pixels.Zip(Pixels(small.ImagePng()), (a, b) => Math.Abs(a.Green - b.Green)).Average();
        Assert.InRange(off, 0, 6);

        double Marked(SyntheticSample picture) => Pixels(picture.MaskPng()).Average(pixel => pixel.Red / 255.0);
        Assert.Equal(Marked(large), Marked(small), .02); // a pixel that is touched in part is marked whole
    }

    [Fact]
    public void The_distance_from_the_mean_good_picture_tells_many_but_not_all_of_the_defects()
    {
        float[] Read(string file) => [.. Pixels(File.ReadAllBytes(file)).SelectMany(pixel => new float[] { pixel.Red, pixel.Green, pixel.Blue })];
        var train = category.Files("train/good").Select(Read).ToArray();
        var mean = Enumerable.Range(0, train[0].Length).Select(i => train.Skip(43).Average(picture => picture[i])).ToArray();
        float Score(float[] picture) => picture.Zip(mean, (a, b) => MathF.Abs(a - b)).Sum();

        var good = category.Files("test/good").Select(Read).Concat(train.Take(43)).Select(Score).ToArray();
        var bad = DefectKinds.SelectMany(kind => category.Files($"test/{kind}")).Select(Read).Select(Score).ToArray();
        var auc = bad.Average(b => good.Average(g => b > g ? 1.0 : 0)); // the Mann-Whitney form of the area under the ROC
        Assert.InRange(auc, .70, .95);
    }

    [Fact]
    public void The_category_appears_only_when_it_is_whole()
    {
        var seen = new List<int>();
        SyntheticBottles.Draw(Target, Few, new ProgressRelay<int>(drawn =>
        {
            Assert.False(Path.Exists(Target), $"{Target} was there after {drawn} bottles");
            lock (seen)
                seen.Add(drawn);
        }));
        Assert.Equal(Enumerable.Range(1, 7), seen.Order());
        Assert.Equal([Target], Directory.GetFileSystemEntries(scratch.Path));
    }

    [Fact]
    public void A_cancelled_run_leaves_nothing()
    {
        using var stop = new CancellationTokenSource();
        Assert.ThrowsAny<OperationCanceledException>(() =>
            SyntheticBottles.Draw(Target, Few with { TrainGood = 500 }, new ProgressRelay<int>(_ => stop.Cancel()), stop.Token));
        Assert.Empty(Directory.GetFileSystemEntries(scratch.Path));
    }

    [Fact]
    public void A_second_call_with_the_same_options_does_nothing()
    {
        SyntheticBottles.Draw(Target, Few);
        SyntheticBottles.Draw(Target + Path.DirectorySeparatorChar, Few, new ProgressRelay<int>(_ => Assert.Fail("A bottle was drawn again.")));
    }

    [Fact]
    public void Two_that_draw_at_once_end_with_one_whole_category()
    {
        // Whoever has drawn the first bottle waits until the other has, too.
        using var begun = new CountdownEvent(2);
        Parallel.Invoke(DrawBesideTheOther, DrawBesideTheOther);
        void DrawBesideTheOther() => SyntheticBottles.Draw(Target, Few, new ProgressRelay<int>(drawn =>
        {
            if (drawn > 1)
                return;
            begun.Signal();
            begun.Wait(TestContext.Current.CancellationToken);
        }));

        Assert.Equal([Target], Directory.GetFileSystemEntries(scratch.Path));
        Assert.Equal(7 + 3 + 1, Directory.GetFiles(Target, "*", SearchOption.AllDirectories).Length);
    }

    [Fact]
    public void A_folder_with_something_else_is_refused_and_left_as_it_is()
    {
        Directory.CreateDirectory(Target);
        File.WriteAllText(Path.Combine(Target, "mine.txt"), "mine");
        var error = Assert.Throws<IOException>(() => SyntheticBottles.Draw(Target, Few));
        Assert.Equal($"{Target} exists and holds no synthetic bottles; choose another folder or move it away.", error.Message);
        Assert.Equal(["mine.txt"], Directory.GetFileSystemEntries(Target).Select(Path.GetFileName));
    }

    [Fact]
    public void Bottles_of_other_options_are_refused_and_left_as_they_are()
    {
        SyntheticBottles.Draw(Target, Few);
        var before = File.ReadAllBytes(Path.Combine(Target, "train/good/000.png"));
        var error = Assert.Throws<IOException>(() => SyntheticBottles.Draw(Target, Few with { Seed = 5 }));
        Assert.Contains("other synthetic bottles", error.Message);
        Assert.Equal(before, File.ReadAllBytes(Path.Combine(Target, "train/good/000.png")));
    }

    [Fact]
    public void A_category_that_has_lost_a_picture_is_not_taken_for_whole()
    {
        SyntheticBottles.Draw(Target, Few);
        File.Delete(Path.Combine(Target, "ground_truth/contamination/000_mask.png"));
        var error = Assert.Throws<IOException>(() => SyntheticBottles.Draw(Target, Few));
        Assert.Contains("ground_truth/contamination/000_mask.png is missing", error.Message);
    }

    [Fact]
    public void A_place_that_cannot_be_written_is_named_in_the_error()
    {
        var file = scratch.File("file");
        File.WriteAllText(file, "");
        var error = Assert.Throws<IOException>(() => SyntheticBottles.Draw(Path.Combine(file, "bottle"), Few));
        Assert.StartsWith($"{Path.Combine(file, "bottle")} cannot take the synthetic bottles: ", error.Message);
    }

    private static SKColor[] Pixels(byte[] png)
    {
        using var bitmap = SKBitmap.Decode(png);
        return bitmap.Pixels;
    }
}
