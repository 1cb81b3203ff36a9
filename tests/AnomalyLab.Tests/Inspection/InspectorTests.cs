using System.Globalization;
using System.IO.Hashing;
using AngleSharp.Html.Parser;
using AnomalyLab.Data;
using AnomalyLab.Inspection;
using AnomalyLab.Models;
using AnomalyLab.Tests.Data;
using AnomalyLab.Visualization;
using SkiaSharp;

namespace AnomalyLab.Tests.Inspection;

public sealed class InspectorTests : IDisposable
{
    private static readonly InspectorOptions Small = new() { Size = 64, FalseAlarmRate = 0.2 };

    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(DetectionMethod.PatchCore)]
    [InlineData(DetectionMethod.Padim)]
    public void What_is_loaded_from_the_one_file_finds_what_the_trained_one_found(DetectionMethod method)
    {
        DrawGood(20);
        Draw("new/good.png", 100);
        Draw("new/below/bad.png", 101, defect: true);
        using var trained = Inspector.Train(folder.File("good"), Small with { Method = method });
        var expected = trained.Score(folder.File("new"));

        trained.Save(folder.File("models", "mine.safetensors"));
        using var loaded = Inspector.Load(folder.File("models", "mine.safetensors"));
        var actual = loaded.Score(folder.File("new"));

        Assert.Equal(expected.Findings, actual.Findings);
        Assert.Equal(trained.Overlay(expected.Findings[0].Path).Rgb.ToArray(), loaded.Overlay(expected.Findings[0].Path).Rgb.ToArray());
        Assert.Equal((trained.Threshold, trained.Pictures, trained.Options), (loaded.Threshold, loaded.Pictures, loaded.Options));
    }

    [Theory]
    [InlineData(DetectionMethod.PatchCore, -6, 6)]
    [InlineData(DetectionMethod.Padim, 0, 0)] // compares each place with the same place
    public void A_defect_scores_highest_is_called_defective_and_glows_where_it_is(DetectionMethod method, float right, float down)
    {
        DrawGood(30);
        for (var i = 0; i < 5; i++)
            Draw($"new/good{i}.png", 200 + i);
        Draw("new/bad.png", 210, defect: true, right: right, down: down);
        using var inspector = Inspector.Train(folder.File("good"), Small with { Method = method, Size = 128 });

        var report = inspector.Score(folder.File("new"));

        Assert.Equal("bad.png", Path.GetFileName(report.Findings[0].Path));
        Assert.True(report.Findings[0].IsDefective, $"{report.Findings[0]}, threshold {report.Threshold}");
        Assert.True(report.Defective <= 3, $"{report}");
        Assert.Equal(report.Findings[0].Score, inspector.ScorePicture(folder.File("new", "bad.png")).Score, 1e-4);
        AssertGlows(inspector, "new/bad.png", 48, 36, 34 + right, 10 + down);
    }

    [Fact]
    public void Pictures_of_many_shapes_and_sizes_are_learned_from_and_judged_each_in_its_own_proportions()
    {
        DrawGood(24);
        for (var i = 0; i < 12; i++)
            Draw($"good/tall{i}.png", 50 + i, width: 36, height: 60);
        Draw("new/wide.png", 301, width: 140, height: 36);
        Draw("new/large.jpg", 302, width: 480, height: 360);
        Draw("new/tall, bad.png", 303, width: 36, height: 60, defect: true, right: -8);
        Draw("new/strip.png", 304, width: 600, height: 6); // 100 times as wide as high
        using var inspector = Inspector.Train(folder.File("good"), Small with { Size = 128 });
        Assert.Equal(36, inspector.Pictures.Train + inspector.Pictures.Threshold);

        var report = inspector.Score(folder.File("new"));

        Assert.Equal(["large.jpg", "strip.png", "tall, bad.png", "wide.png"], report.Findings.Select(f => Path.GetFileName(f.Path)).Order());
        Assert.True(report.Findings.Single(f => f.Path.EndsWith("bad.png", StringComparison.Ordinal)).IsDefective, $"{report}");
        AssertGlows(inspector, "new/tall, bad.png", 36, 60, 26, 10);
        Assert.Contains("use PatchCore", Assert.Throws<InvalidDataException>(() => Inspector.Train(folder.File("good"), Small with { Method = DetectionMethod.Padim }).ScorePicture(folder.File("new", "wide.png"))).Message);
    }

    [Theory]
    [InlineData(900, 900, 256, 256)]
    [InlineData(1920, 1080, 336, 192)]
    [InlineData(40, 30, 288, 224)]
    [InlineData(10_000, 1_000, 816, 80)]
    [InlineData(1, 1_000_000, 32, 2048)]
    public void A_picture_is_scaled_to_the_area_asked_for_in_steps_of_16(int width, int height, int toWidth, int toHeight) =>
        Assert.Equal((toWidth, toHeight), ScaledPicture.SizeOf(width, height, 256));

    [Fact]
    public void Bad_files_copies_and_pictures_of_one_colour_are_listed_and_do_not_stop_the_rest()
    {
        DrawGood(20);
        File.WriteAllText(folder.File("good", "text.png"), "no picture");
        File.WriteAllText(folder.File("good", "notes.txt"), "no picture either");
        File.Copy(folder.File("good", "03.png"), folder.File("good", "copy of 03.png"));
        using (var again = SKBitmap.Decode(folder.File("good", "04.png")))
        using (var file = File.Create(folder.File("good", "again.webp")))
            again.Encode(file, SKEncodedImageFormat.Webp, 100); // other bytes, and for 100 the same pixels
        PngFiles.Write(folder.File("good", "lens cap.png"), 48, 36, SKColors.Black);
        using var inspector = Inspector.Train(folder.File("good"), Small);

        Assert.Equal(20, inspector.Pictures.Train + inspector.Pictures.Threshold);
        Assert.Equal(["copy of 03.png", "lens cap.png", "text.png"], inspector.Skipped.Select(p => Path.GetFileName(p.Path)).Where(name => name != "again.webp").Order());
        Assert.Equal(["notes.txt"], inspector.Others.Select(Path.GetFileName));

        Draw("new/fine.png", 301);
        File.Copy(folder.File("good", "lens cap.png"), folder.File("new", "lens cap.png"));
        File.Copy(Fixture.File("pictures/cut.png"), folder.File("new", "cut.png"));
        Png16.WriteHeader(folder.File("new", "scan.png"), 24_000, 24_000);
        var report = inspector.Score(folder.File("new"));

        Assert.Equal(["fine.png", "lens cap.png"], report.Findings.Select(f => Path.GetFileName(f.Path)).Order());
        Assert.True(report.Findings[0].IsDefective && report.Findings[0].Path.EndsWith("cap.png", StringComparison.Ordinal), $"{report}");
        Assert.Equal(["cut.png", "scan.png"], report.Skipped.Select(p => Path.GetFileName(p.Path)).Order());
        Assert.Contains("cut off", Assert.Throws<InvalidDataException>(() => inspector.ScorePicture(folder.File("new", "cut.png"))).Message);
    }

    [Fact]
    public void The_report_is_a_table_overlays_and_a_page_worst_first()
    {
        DrawGood(20);
        Draw("new/a, b/\"quoted\" & <odd>#1.png", 400);
        Draw("new/bad.png", 401, defect: true);
        Draw($"new/{new string('瓶', 70)}.png", 402);
        File.WriteAllText(folder.File("new", "text.png"), "no picture");
        using var inspector = Inspector.Train(folder.File("good"), Small);

        var report = inspector.Score(folder.File("new") + Path.DirectorySeparatorChar, folder.File("out", "report"));

        var threshold = report.Threshold.Threshold.ToString(CultureInfo.InvariantCulture);
        string Row(string path, string name) => report.Findings.Single(f => f.Path == folder.File("new", path)) is var finding
            ? $"{name},{finding.Score.ToString(CultureInfo.InvariantCulture)},{threshold},{finding.Verdict}" : "";
        Assert.Equal(
            ["path,score,threshold,verdict", Row("a, b/\"quoted\" & <odd>#1.png", "\"a, b/\"\"quoted\"\" & <odd>#1.png\""), Row("bad.png", "bad.png"), Row($"{new string('瓶', 70)}.png", $"{new string('瓶', 70)}.png"), "text.png,,,unreadable"],
            File.ReadAllLines(folder.File("out", "report", "findings.csv")));

        var page = new HtmlParser().ParseDocument(File.ReadAllText(folder.File("out", "report", "index.html")));
        Assert.Equal("new", page.QuerySelector("h1")!.TextContent);
        Assert.StartsWith("new: ", page.Title);
        Assert.Equal("bad.png", page.Images[0].AlternativeText);
        Assert.Equal(report.Findings.Select(f => Path.GetRelativePath(folder.File("new"), f.Path)), page.Images.Select(image => image.AlternativeText));
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
    public void A_run_that_is_stopped_leaves_the_rows_of_what_it_has_judged_and_a_page_that_says_so()
    {
        DrawGood(20);
        for (var i = 0; i < 20; i++)
            Draw($"new/{i:00}.png", 500 + i);
        File.WriteAllText(folder.File("report", "index.html"), "of an earlier run");
        using var inspector = Inspector.Train(folder.File("good"), Small);
        using var stop = new CancellationTokenSource();

        Assert.ThrowsAny<OperationCanceledException>(() => inspector.Score(folder.File("new"), folder.File("report"), new ProgressRelay<InspectionProgress>(_ =>
        {
            Assert.False(File.Exists(folder.File("report", "index.html")), "an earlier report's page is still there");
            stop.Cancel();
        }), stop.Token));

        var rows = File.ReadAllLines(folder.File("report", "findings.csv"));
        Assert.Equal([.. Enumerable.Range(0, 8).Select(i => $"{i:00}.png")], rows.Skip(1).Select(row => row[..6]));
        Assert.Contains("Stopped: 12 of 20 pictures were not judged", File.ReadAllText(folder.File("report", "index.html")));
    }

    [Fact]
    public void Rows_are_in_the_file_when_their_pictures_are_judged()
    {
        DrawGood(20);
        for (var i = 0; i < 10; i++)
            Draw($"new/{i:00}.png", 500 + i);
        using var inspector = Inspector.Train(folder.File("good"), Small);
        var seen = new List<int>();
        inspector.Score(folder.File("new"), folder.File("report"), new ProgressRelay<InspectionProgress>(_ =>
        {
            using var reader = new StreamReader(new FileStream(folder.File("report", "findings.csv"), FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
            seen.Add(reader.ReadToEnd().Count(letter => letter == '\n') - 1);
        }), TestContext.Current.CancellationToken);
        Assert.Equal([8, 10], seen);
    }

    [Fact]
    public void A_report_into_the_folder_of_the_pictures_or_onto_a_file_is_refused_before_any_is_judged()
    {
        DrawGood(20);
        File.WriteAllText(folder.File("taken"), "");
        using var inspector = Inspector.Train(folder.File("good"), Small);
        void NotReported(InspectionProgress progress) => Assert.Fail($"{progress} before the place for the report was looked at");
        Assert.Contains("choose a folder outside", Assert.Throws<IOException>(() => inspector.Score(folder.File("good"), folder.File("good", "out"), new ProgressRelay<InspectionProgress>(NotReported))).Message);
        Assert.Contains("is a file", Assert.Throws<IOException>(() => inspector.Score(folder.File("good"), folder.File("taken"), new ProgressRelay<InspectionProgress>(NotReported))).Message);
    }

    [Fact]
    public void Where_no_picture_can_be_judged_there_is_no_report_but_a_sentence()
    {
        DrawGood(20);
        File.WriteAllText(folder.File("new", "text.png"), "no picture");
        using var inspector = Inspector.Train(folder.File("good"), Small);
        var error = Assert.Throws<InvalidDataException>(() => inspector.Score(folder.File("new"), folder.File("report")));
        Assert.StartsWith($"None of the 1 pictures in {folder.File("new")} could be judged.", error.Message);
        Assert.Contains("text.png is not an image", error.Message);
    }

    [Theory]
    [InlineData(20, 0.05, 1 / 11.0)] // ten can be spared for the threshold: one in eleven is the least they can promise
    [InlineData(60, 0.05, 0.05)] // half are thirty, and nineteen are enough
    public void The_threshold_promises_the_wanted_rate_or_the_smallest_that_so_few_pictures_can(int pictures, double wanted, double promised)
    {
        DrawGood(pictures);
        using var inspector = Inspector.Train(folder.File("good"), Small with { FalseAlarmRate = wanted });
        Assert.Equal(promised, inspector.Threshold.FalseAlarmRate, 1e-12);
    }

    [Fact]
    public void Too_few_good_pictures_are_refused_with_what_is_wrong_with_the_others()
    {
        DrawGood(9);
        File.WriteAllText(folder.File("good", "text.png"), "no picture");
        var error = Assert.Throws<InvalidDataException>(() => Inspector.Train(folder.File("good"), Small));
        Assert.StartsWith($"Of the 10 pictures in {folder.File("good")}, 9 can be learned from, but at least 10 are needed that differ", error.Message);
        Assert.Contains("text.png is not an image", error.Message);
    }

    [Theory]
    [InlineData("black", "0 can be learned from", "is of one colour all over")]
    [InlineData("one picture", "1 can be learned from", "shows the same as")]
    public void Pictures_that_are_all_alike_are_refused_in_sentences(string what, string says, string because)
    {
        for (var i = 0; i < 12; i++)
        {
            if (what == "black")
                PngFiles.Write(folder.File("good", $"{i}.png"), 48, 36, SKColors.Black);
            else
                Draw($"good/{i}.png", 1);
        }
        var error = Assert.Throws<InvalidDataException>(() => Inspector.Train(folder.File("good"), Small));
        Assert.Contains(says, error.Message);
        Assert.Contains(because, error.Message);
        Assert.InRange(error.Message.Count(letter => letter == '\n'), 1, 11);
    }

    [Theory]
    [InlineData(16, 0.05, "The size is 16 pixels, but it must be from 32")]
    [InlineData(100_000, 0.05, "The size is 100000 pixels")]
    [InlineData(64, 1, "The false-alarm rate is 1, but it must be")]
    [InlineData(64, 0, "The false-alarm rate is 0, but it must be")]
    public void An_option_that_is_not_possible_is_named_before_any_picture_is_read(int size, double rate, string says)
    {
        var options = new InspectorOptions { Size = size, FalseAlarmRate = rate };
        Assert.Contains(says, Assert.ThrowsAny<ArgumentException>(() => Inspector.Train(folder.File("nowhere"), options)).Message);
    }

    [Fact]
    public void PaDiM_is_refused_sizes_for_which_it_would_need_gigabytes() =>
        Assert.Contains("choose less, or PatchCore", Assert.ThrowsAny<ArgumentException>(() =>
            Inspector.Train(folder.File("nowhere"), new() { Method = DetectionMethod.Padim, Size = 1024 })).Message);

    [Theory]
    [InlineData("reading", 1)]
    [InlineData("learning", 2)]
    [InlineData("choosing the threshold", 4)]
    public void Learning_that_is_stopped_leaves_no_inspector_and_tells_how_far_it_is(string at, int activities)
    {
        DrawGood(50);
        using var stop = new CancellationTokenSource();
        var heard = new List<string>();
        Assert.ThrowsAny<OperationCanceledException>(() => Inspector.Train(folder.File("good"), Small, new ProgressRelay<InspectionProgress>(p =>
        {
            heard.Add(p.Activity);
            Assert.InRange(p.Fraction, 0, 1);
            if (p.Activity == at && p.Fraction < 1)
                stop.Cancel();
        }), stop.Token));
        Assert.Equal(new[] { "reading", "learning", "remembering", "choosing the threshold" }[..activities], heard.Distinct());
    }

    [Fact]
    public void The_pictures_that_chose_the_threshold_have_no_say_in_PaDiM()
    {
        var small = Small with { Method = DetectionMethod.Padim };
        DrawGood(12);
        var files = Directory.GetFiles(folder.File("good")).Order(StringComparer.Ordinal).ToArray();
        var order = Enumerable.Range(0, 12).ToArray();
        new Random(small.Seed).Shuffle(order);
        Draw("new/good.png", 100);
        using var before = Inspector.Train(folder.File("good"), small);

        foreach (var i in order[..before.Pictures.Threshold])
            Draw($"good/{Path.GetFileName(files[i])}", 500 + i, defect: true);
        using var after = Inspector.Train(folder.File("good"), small);

        Assert.NotEqual(before.Threshold, after.Threshold);
        Assert.Equal(before.ScorePicture(folder.File("new", "good.png")).Score, after.ScorePicture(folder.File("new", "good.png")).Score);
    }

    [Fact]
    public void PatchCore_remembers_the_pictures_that_chose_the_threshold_too_once_they_have_chosen_it()
    {
        DrawGood(12);
        using var inspector = Inspector.Train(folder.File("good"), Small);
        // Against what was learned before, one of those that chose the threshold scores just below it; each is now among what is remembered.
        foreach (var file in Directory.GetFiles(folder.File("good")))
            Assert.InRange(inspector.ScorePicture(file).Score, 0, 0.9 * inspector.Threshold.Threshold);
    }

    [Fact]
    public void A_byte_changed_anywhere_in_the_file_is_noticed()
    {
        DrawGood(12);
        using (var inspector = Inspector.Train(folder.File("good"), Small))
            inspector.Save(folder.File("whole.safetensors"));
        var whole = File.ReadAllBytes(folder.File("whole.safetensors"));
        var path = folder.File("changed.safetensors");
        var random = new Random(1);
        var header = 8 + (int)BitConverter.ToInt64(whole);
        // All of the header, and some of the numbers.
        foreach (var at in Enumerable.Range(0, header).Concat(Enumerable.Range(0, 100).Select(_ => random.Next(header, whole.Length))))
        {
            var changed = whole.ToArray();
            changed[at] ^= (byte)(1 << random.Next(8));
            File.WriteAllBytes(path, changed);
            var error = Record.Exception(() => Inspector.Load(path).Dispose());
            Assert.True(error is InvalidDataException && error.Message.StartsWith(path, StringComparison.Ordinal), $"byte {at} of {header} + {whole.Length - header} changed: {error?.ToString() ?? "loaded without a word"}");
        }
        File.WriteAllBytes(path, whole[..^1]);
        Assert.Throws<InvalidDataException>(() => Inspector.Load(path));
    }

    [Fact]
    public void A_file_of_another_kind_or_version_is_named()
    {
        var path = folder.File("weights.safetensors");
        using var model = new Autoencoder();
        SafeTensors.Save(path, model.state_dict());
        Assert.StartsWith($"{path} holds no inspector", Assert.Throws<InvalidDataException>(() => Inspector.Load(path)).Message);
        foreach (var facts in new[] { """{"AspectRatio":1,"Train":7}""", """{"Format":3}""", "{" })
        {
            SafeTensors.Save(path, model.state_dict(), new Dictionary<string, string> { ["inspector"] = facts });
            Assert.StartsWith($"{path} holds an inspector of another version", Assert.Throws<InvalidDataException>(() => Inspector.Load(path)).Message);
        }
    }

    private void AssertGlows(Inspector inspector, string file, int width, int height, float x, float y)
    {
        var overlay = inspector.Overlay(folder.File(file.Split('/'))); // two pictures, each with an edge of one pixel
        Assert.Equal((2 * (width + 2), height + 2), (overlay.Width, overlay.Height));
        int Warmth(int column, int y) => (y + 1) * overlay.Width + column is var at ? overlay.Rgb[at * 3] - overlay.Rgb[at * 3 + 2] : 0; // red above blue
        (int X, int Y, int Added)[] all = [.. Enumerable.Range(0, width * height).Select(i => (i % width, i / width)).Select(at => (at.Item1, at.Item2, Warmth(at.Item1 + width + 3, at.Item2) - Warmth(at.Item1 + 1, at.Item2)))];
        var glowing = all.Where(at => at.Added > 0.8 * all.Max(a => a.Added)).ToArray();
        Assert.True(all.Max(at => at.Added) > 40, $"nothing glows in {file}");
        var (left, top) = (glowing.Average(at => at.X), glowing.Average(at => at.Y));
        Assert.True(Math.Abs(left - x) < 6 && Math.Abs(top - y) < 6, // a place of the map is 3 pixels wide
             $"{file} glows around {left:0.0}, {top:0.0}, but the defect is at {x}, {y}");
    }

    private void DrawGood(int count)
    {
        for (var i = 0; i < count; i++)
            Draw($"good/{i:00}.png", i);
    }

    /// <summary>A disc on grey, each a little different and up to half a pixel elsewhere; the defect is a white spot, top right.</summary>
    private void Draw(string file, int seed, bool defect = false, int width = 48, int height = 36, float right = 0, float down = 0)
    {
        var random = new Random((int)XxHash3.HashToUInt64(BitConverter.GetBytes(seed))); // the first numbers of seeds in a row lie in a row, too
        using var bitmap = new SKBitmap(width, height, SKColorType.Rgba8888, SKAlphaType.Opaque);
        using var canvas = new SKCanvas(bitmap);
        using var paint = new SKPaint { IsAntialias = true };
        canvas.Clear(new SKColor(120, 120, (byte)(120 + random.Next(10))));
        canvas.Translate(right + random.NextSingle() - 0.5f, down + random.NextSingle() - 0.5f);
        paint.Color = new SKColor((byte)(190 + random.Next(10)), 150, 60);
        canvas.DrawCircle(width / 2f, height / 2f, Math.Min(width, height) / 3f, paint);
        paint.Color = SKColors.White;
        if (defect)
            canvas.DrawCircle(34, 10, 5, paint);
        var path = folder.File(file.Split('/'));
        using var stream = File.Create(path);
        bitmap.Encode(stream, file.EndsWith("jpg", StringComparison.Ordinal) ? SKEncodedImageFormat.Jpeg : SKEncodedImageFormat.Png, 95);
    }
}
