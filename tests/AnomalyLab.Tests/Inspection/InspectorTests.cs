using System.Globalization;
using AngleSharp.Html.Parser;
using AnomalyLab.Inspection;
using AnomalyLab.Models;
using AnomalyLab.Visualization;
using SkiaSharp;

namespace AnomalyLab.Tests.Inspection;

public sealed class InspectorTests : IDisposable
{
    private static readonly InspectorOptions Small = new() { ImageSize = 32, FalseAlarmRate = 0.2, Training = new() { Epochs = 2, BatchSize = 8 } };

    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void What_is_loaded_from_the_one_file_finds_what_the_trained_one_found()
    {
        DrawGood(30);
        Draw("new/good.png", 100);
        Draw("new/below/bad.png", 101, defect: true);
        using var trained = Inspector.Train(folder.File("good"), Small);
        var expected = trained.Score(folder.File("new"));

        trained.Save(folder.File("models", "mine.safetensors"));
        using var loaded = Inspector.Load(folder.File("models", "mine.safetensors"));
        var actual = loaded.Score(folder.File("new"));

        Assert.Equal(expected.Findings.Select(f => (f.Path, f.Score, f.Threshold)), actual.Findings.Select(f => (f.Path, f.Score, f.Threshold)));
        Assert.Equal(expected.Findings[0].Overlay().Rgb.ToArray(), actual.Findings[0].Overlay().Rgb.ToArray());
        Assert.Equal((trained.Threshold, trained.Pictures, trained.Options), (loaded.Threshold, loaded.Pictures, loaded.Options));
        Assert.Equal(["models"], Directory.GetDirectories(folder.Path).Select(Path.GetFileName).Except(["good", "new"]));
    }

    [Fact]
    public void A_defect_scores_highest_is_called_defective_and_glows_where_it_is()
    {
        DrawGood(40);
        for (var i = 0; i < 5; i++)
            Draw($"new/good{i}.png", 200 + i);
        Draw("new/bad.png", 210, defect: true);
        Draw("moved/bad.png", 210, defect: true, right: -2, down: 2); // not more than registration finds: a sixteenth
        using var inspector = Inspector.Train(folder.File("good"), Small);

        var report = inspector.Score(folder.File("new"));

        Assert.Equal("bad.png", Path.GetFileName(report.Findings[0].Path));
        Assert.True(report.Findings[0].IsDefective, $"{report.Findings[0]}, threshold {report.Threshold}");
        Assert.InRange(report.Findings.Count(f => f.IsDefective), 1, 3);
        Assert.Equal(report.Findings[0].Score, inspector.ScorePicture(folder.File("new", "bad.png")).Score, 1e-4);
        AssertGlowsAt(34, 10, report.Findings[0]);
        AssertGlowsAt(32, 12, inspector.ScorePicture(folder.File("moved", "bad.png")));

        static void AssertGlowsAt(int x, int y, Finding finding)
        {
            var overlay = finding.Overlay(); // two pictures of 48×36, each with an edge of one pixel
            Assert.Equal((100, 38), (overlay.Width, overlay.Height));
            int Change(int x, int y) => Enumerable.Range(0, 3).Sum(c => Math.Abs(overlay.Rgb[((y + 1) * overlay.Width + x + 1) * 3 + c] - overlay.Rgb[((y + 1) * overlay.Width + x + 51) * 3 + c]));
            (int X, int Y)[] glowing = [.. Enumerable.Range(0, 48 * 36).Select(i => (i % 48, i / 48)).Where(at => Change(at.Item1, at.Item2) > 60)];
            Assert.NotEmpty(glowing);
            var (left, top) = (glowing.Average(at => at.X), glowing.Average(at => at.Y));
            Assert.True(Math.Abs(left - x) < 1.2 && Math.Abs(top - y) < 1.2, $"{finding} glows around {left:0.0}, {top:0.0}, but the defect is at {x}, {y}");
        }
    }

    [Fact]
    public void Bad_files_and_pictures_of_another_shape_are_listed_and_do_not_stop_the_rest()
    {
        DrawGood(30);
        File.WriteAllText(folder.File("good", "text.png"), "no picture");
        Draw("good/tall.png", 300, width: 36, height: 48);
        using var inspector = Inspector.Train(folder.File("good"), Small);
        Assert.Equal(30, inspector.Pictures.Train + inspector.Pictures.Threshold);
        Assert.Equal(["tall.png", "text.png"], inspector.Unreadable.Select(p => Path.GetFileName(p.Path)).Order());

        Draw("new/fine.png", 301);
        Draw("new/larger.jpg", 302, width: 480, height: 360);
        Draw("new/wide.png", 303, width: 96, height: 36);
        File.Copy(Fixture.File("pictures/cut.png"), folder.File("new", "cut.png"));
        File.Copy(Fixture.File("pictures/grey16.png"), folder.File("new", "grey16.png")); // 40×30, of the right shape
        var report = inspector.Score(folder.File("new"));

        Assert.Equal(["fine.png", "grey16.png", "larger.jpg"], report.Findings.Select(f => Path.GetFileName(f.Path)).Order());
        Assert.Equal(["cut.png", "wide.png"], report.Unreadable.Select(p => Path.GetFileName(p.Path)).Order());
        Assert.Contains(report.Unreadable, p => p.Reason.Contains("is 96×36 pixels, 2.67 times as wide as high, but the good pictures are 1.33 times"));
        Assert.Contains("cut off", Assert.Throws<InvalidDataException>(() => inspector.ScorePicture(folder.File("new", "cut.png"))).Message);
    }

    [Fact]
    public void The_report_is_a_table_overlays_and_a_page_worst_first()
    {
        DrawGood(20);
        Draw("new/a, b/\"quoted\" & <odd>#1.png", 400);
        Draw("new/bad.png", 401, defect: true);
        File.WriteAllText(folder.File("new", "text.png"), "no picture");
        using var inspector = Inspector.Train(folder.File("good"), Small);
        var report = inspector.Score(folder.File("new"));

        report.Write(folder.File("out", "report"));

        var threshold = report.Threshold.Threshold.ToString(CultureInfo.InvariantCulture);
        string Row(string path, int i) => $"{path},{report.Findings[i].Score.ToString(CultureInfo.InvariantCulture)},{threshold},{report.Findings[i].Verdict}";
        Assert.Equal(
            ["path,score,threshold,verdict", Row("bad.png", 0), Row("\"a, b/\"\"quoted\"\" & <odd>#1.png\"", 1), "text.png,,,unreadable"],
            File.ReadAllLines(folder.File("out", "report", "findings.csv")));

        var page = new HtmlParser().ParseDocument(File.ReadAllText(folder.File("out", "report", "index.html")));
        Assert.Equal(["bad.png", "a, b/\"quoted\" & <odd>#1.png"], page.Images.Select(image => image.AlternativeText));
        Assert.All(page.Images, image => Assert.Equal((100, 38), Size(folder.File("out", "report", Uri.UnescapeDataString(image.GetAttribute("src")!)))));
        Assert.Contains("text.png is not an image", page.QuerySelector("ul")!.TextContent);
        Assert.Contains($"{report.Findings[0].Verdict}, score", page.QuerySelector("figcaption")!.TextContent);

        static (int, int) Size(string path)
        {
            var picture = Picture.Load(path);
            return (picture.Width, picture.Height);
        }
    }

    [Fact]
    public void A_report_into_the_folder_of_the_pictures_is_refused()
    {
        var report = new InspectionReport(folder.File("new"), [], [], AnomalyLab.Evaluation.HeldOutThreshold.From([1, 2, 3], 0.5));
        Assert.Contains("choose a folder outside", Assert.Throws<ArgumentException>(() => report.Write(folder.File("new", "out"))).Message);
        report.Write(folder.File("newer"));
    }

    [Theory]
    [InlineData(20, 0.05, 1 / 7.0)] // six can be spared for the threshold: one in seven is the least they can promise
    [InlineData(60, 0.05, 0.05)] // a third is twenty, and nineteen are enough
    public void The_threshold_promises_the_wanted_rate_or_the_smallest_that_so_few_pictures_can(int pictures, double wanted, double promised)
    {
        DrawGood(pictures);
        using var inspector = Inspector.Train(folder.File("good"), Small with { FalseAlarmRate = wanted, Training = Small.Training with { Epochs = 1 } });
        Assert.Equal(promised, inspector.Threshold.FalseAlarmRate, 1e-12);
    }

    [Fact]
    public void Too_few_good_pictures_are_refused_with_what_is_wrong_with_the_others()
    {
        DrawGood(9);
        File.WriteAllText(folder.File("good", "text.png"), "no picture");
        var error = Assert.Throws<InvalidDataException>(() => Inspector.Train(folder.File("good"), Small));
        Assert.StartsWith($"There are 9 good pictures in {folder.File("good")} to learn from, but at least 10 are needed", error.Message);
        Assert.Contains("text.png is not an image", error.Message);
    }

    [Theory]
    [InlineData(40, 0.05, 2, "The image size is 40, but it must be a multiple of 16")]
    [InlineData(16, 0.05, 2, "at least 32")]
    [InlineData(32, 1, 2, "The false-alarm rate is 1, but it must be")]
    [InlineData(32, 0, 2, "The false-alarm rate is 0, but it must be")]
    [InlineData(32, 0.05, 0, "epochs is 0")]
    public void An_option_that_cannot_be_is_named_before_any_picture_is_read(int size, double rate, int epochs, string says)
    {
        var options = new InspectorOptions { ImageSize = size, FalseAlarmRate = rate, Training = new() { Epochs = epochs } };
        Assert.Contains(says, Assert.ThrowsAny<ArgumentException>(() => Inspector.Train(folder.File("nowhere"), options)).Message);
    }

    [Theory]
    [InlineData(0.0001)] // in the first epoch, when the trainer has nothing to keep
    [InlineData(0.7)] // in the second, when it would keep what it has
    [InlineData(1)] // after the last step
    public void Training_that_is_stopped_leaves_no_inspector_and_tells_how_far_it_is(double at)
    {
        DrawGood(12);
        using var stop = new CancellationTokenSource();
        var activities = new List<string>();
        Assert.ThrowsAny<OperationCanceledException>(() => Inspector.Train(folder.File("good"), Small with { Training = Small.Training with { BatchSize = 2 } },
            new Told(p =>
            {
                lock (activities)
                    activities.Add(p.Activity);
                Assert.InRange(p.Fraction, 0, 1);
                if (p.Activity == "training" && p.Fraction >= at)
                    stop.Cancel();
            }), stop.Token));
        Assert.Equal(["reading", "training"], activities.Distinct());
    }

    [Fact]
    public void The_pictures_that_chose_the_threshold_have_no_say_in_the_detector()
    {
        DrawGood(12);
        var files = Directory.GetFiles(folder.File("good")).Order(StringComparer.Ordinal).ToArray();
        var order = Enumerable.Range(0, 12).ToArray();
        new Random(Small.Training.Seed).Shuffle(order);
        Draw("new/good.png", 100);
        using var before = Inspector.Train(folder.File("good"), Small);

        foreach (var i in order[..before.Pictures.Threshold])
            Draw($"good/{Path.GetFileName(files[i])}", 500 + i, defect: true);
        using var after = Inspector.Train(folder.File("good"), Small);

        Assert.NotEqual(before.Threshold, after.Threshold);
        Assert.Equal(before.ScorePicture(folder.File("new", "good.png")).Score, after.ScorePicture(folder.File("new", "good.png")).Score);
    }

    [Fact]
    public void A_file_of_another_kind_is_named()
    {
        var path = folder.File("weights.safetensors");
        using var model = new Autoencoder();
        SafeTensors.Save(path, model.state_dict());
        Assert.StartsWith($"{path} holds no defect detector", Assert.Throws<InvalidDataException>(() => Inspector.Load(path)).Message);

        var discs = Discs.Some(4, 32);
        var good = GoodAppearance.From(discs);
        using var detector = DefectDetector.Untrained(good, good.Register(discs));
        detector.Save(path);
        Assert.StartsWith($"{path} holds a detector, but no threshold", Assert.Throws<InvalidDataException>(() => Inspector.Load(path)).Message);
        detector.Save(path, new Dictionary<string, string> { ["inspector"] = """{"AspectRatio":1}""" });
        Assert.StartsWith($"{path} holds an inspector of another version", Assert.Throws<InvalidDataException>(() => Inspector.Load(path)).Message);
    }

    private void DrawGood(int count)
    {
        for (var i = 0; i < count; i++)
            Draw($"good/{i:00}.png", i);
    }

    /// <summary>A disc on grey, each a little different and up to half a pixel elsewhere; the defect is a white spot, top right.</summary>
    private void Draw(string file, int seed, bool defect = false, int width = 48, int height = 36, float right = 0, float down = 0)
    {
        var random = new Random(seed);
        using var bitmap = new SKBitmap(width, height, SKColorType.Rgba8888, SKAlphaType.Opaque);
        using var canvas = new SKCanvas(bitmap);
        using var paint = new SKPaint { IsAntialias = true };
        canvas.Clear(new SKColor(120, 120, (byte)(120 + random.Next(10))));
        canvas.Translate(right + random.NextSingle() - 0.5f, down + random.NextSingle() - 0.5f);
        paint.Color = new SKColor((byte)(190 + random.Next(10)), 150, 60);
        canvas.DrawCircle(width / 2f, height / 2f, height / 3f, paint);
        paint.Color = SKColors.White;
        if (defect)
            canvas.DrawCircle(34, 10, 5, paint);
        var path = folder.File(file.Split('/'));
        using var stream = File.Create(path);
        bitmap.Encode(stream, file.EndsWith("jpg", StringComparison.Ordinal) ? SKEncodedImageFormat.Jpeg : SKEncodedImageFormat.Png, 95);
    }

    private sealed class Told(Action<InspectionProgress> tell) : IProgress<InspectionProgress>
    {
        public void Report(InspectionProgress value) => tell(value);
    }
}
