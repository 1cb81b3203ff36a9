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
        using var inspector = Inspector.Train(folder.File("good"), Small);

        var report = inspector.Score(folder.File("new"));

        Assert.Equal("bad.png", Path.GetFileName(report.Findings[0].Path));
        Assert.True(report.Findings[0].IsDefective, $"{report.Findings[0]}, threshold {report.Threshold}");
        Assert.InRange(report.Findings.Count(f => f.IsDefective), 1, 3);
        Assert.Equal(report.Findings[0].Score, inspector.ScorePicture(folder.File("new", "bad.png")).Score, 1e-4);
        var overlay = report.Findings[0].Overlay(); // two pictures of 48×36, each with an edge of one pixel
        Assert.Equal((100, 38), (overlay.Width, overlay.Height));
        Assert.True(Change(overlay, 34, 10) > 60, $"the defect's overlay differs by {Change(overlay, 34, 10)} only");
        Assert.True(Change(overlay, 8, 28) < 40, $"far from the defect the overlay differs by {Change(overlay, 8, 28)}");

        static int Change(Picture p, int x, int y) => Enumerable.Range(0, 3).Sum(c => Math.Abs(p.Rgb[((y + 1) * p.Width + x + 1) * 3 + c] - p.Rgb[((y + 1) * p.Width + x + 51) * 3 + c]));
    }

    [Fact]
    public void Bad_files_and_pictures_of_another_shape_are_listed_and_do_not_stop_the_rest()
    {
        DrawGood(30);
        File.WriteAllText(folder.File("good", "text.png"), "no picture");
        Draw("good/tall.png", 300, width: 36, height: 48);
        using var inspector = Inspector.Train(folder.File("good"), Small);
        Assert.Equal(30, inspector.Pictures.Train + inspector.Pictures.Calibration + inspector.Pictures.Threshold);
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

    [Fact]
    public void Training_can_be_stopped_and_tells_how_far_it_is()
    {
        DrawGood(12);
        using var stop = new CancellationTokenSource();
        var activities = new List<string>();
        Assert.Throws<OperationCanceledException>(() => Inspector.Train(folder.File("good"), Small with { Training = Small.Training with { Epochs = 1000 } },
            new Told(p =>
            {
                lock (activities)
                    activities.Add(p.Activity);
                Assert.InRange(p.Fraction, 0, 1);
                if (p is { Activity: "training", Fraction: > 0.001 })
                    stop.Cancel();
            }), stop.Token));
        Assert.Equal(["reading", "training"], activities.Distinct());
    }

    [Fact]
    public void A_file_of_another_kind_is_named()
    {
        var path = folder.File("weights.safetensors");
        using var model = new Autoencoder();
        SafeTensors.Save(path, model.state_dict());
        Assert.StartsWith($"{path} holds weights, but no inspector", Assert.Throws<InvalidDataException>(() => Inspector.Load(path)).Message);
    }

    private void DrawGood(int count)
    {
        for (var i = 0; i < count; i++)
            Draw($"good/{i:00}.png", i);
    }

    /// <summary>A disc on grey, each a little different; the defect is a white spot, top right.</summary>
    private void Draw(string file, int seed, bool defect = false, int width = 48, int height = 36)
    {
        var random = new Random(seed);
        using var bitmap = new SKBitmap(width, height, SKColorType.Rgba8888, SKAlphaType.Opaque);
        using var canvas = new SKCanvas(bitmap);
        using var paint = new SKPaint();
        canvas.Clear(new SKColor(120, 120, (byte)(120 + random.Next(10))));
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
