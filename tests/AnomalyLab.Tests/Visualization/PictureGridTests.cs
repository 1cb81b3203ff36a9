using AngleSharp.Html.Parser;
using AnomalyLab.Data;
using AnomalyLab.Tests.Data;
using AnomalyLab.Visualization;
using Microsoft.DotNet.Interactive.Formatting;
using SkiaSharp;
using static TorchSharp.torch;

namespace AnomalyLab.Tests.Visualization;

public sealed class PictureGridTests
{
    private static readonly PictureGrid Grid = new("Bad bottles", [(new(1, 1, [9, 8, 7]), "a<b>.png"), (new(900, 900, new byte[2_430_000]), "large.png")])
    {
        Columns = 2,
        PictureWidth = 100,
        Note = "synthetic bottles",
    };

    [Fact]
    public void On_a_page_each_picture_stands_with_its_caption()
    {
        var page = new HtmlParser().ParseDocument(Grid.ToDisplayString("text/html"));

        var figures = page.QuerySelectorAll("figure figure");
        Assert.Equal(["a<b>.png", "large.png"], figures.Select(f => f.QuerySelector("figcaption")!.TextContent));
        Assert.Equal([(1, 1), (200, 200)], figures.Select(f => Embedded(f.QuerySelector("img")!)).Select(p => (p.Width, p.Height)));
        Assert.Equal([9, 8, 7], Embedded(figures[0].QuerySelector("img")!).Rgb);
    }

    [Fact]
    public void The_name_of_a_file_may_break_after_a_folder_and_nowhere_else()
    {
        var page = new HtmlParser().ParseDocument(new PictureGrid("", [(new(1, 1, [9, 8, 7]), "test/good/000.png")]).ToHtml());

        Assert.Equal("test/<wbr>good/<wbr>000.png", page.QuerySelector("figcaption")!.InnerHtml);
    }

    [Fact]
    public void The_title_and_the_note_are_on_the_figure_in_both_forms()
    {
        var page = new HtmlParser().ParseDocument(Grid.ToHtml());

        Assert.Contains("Bad bottles", page.Body!.TextContent);
        Assert.Contains("synthetic bottles", page.Body.TextContent);
        Assert.Equal("Bad bottles\na<b>.png (picture 1×1)\nlarge.png (picture 900×900)\nsynthetic bottles", Grid.ToDisplayString("text/plain"));
    }

    [Fact]
    public void Samples_are_shown_in_their_order_with_their_names_and_images_with_their_numbers()
    {
        using var folder = new TempFolder();
        foreach (var (name, width) in new[] { ("b.png", 20), ("a.png", 10) })
            PngFiles.Write(folder.File(name), width, 5, SKColors.Red);

        var files = PictureGrid.Of("files", [new Sample(folder.File("b.png"), Sample.Good), new Sample(folder.File("a.png"), Sample.Good)], "note");
        using var images = zeros(2, 3, 4, 6);
        images[1] = ones(3, 4, 6);
        var tensors = PictureGrid.Of("tensors", images);

        Assert.Equal([("b.png", 20), ("a.png", 10)], files.Pictures.Select(p => (Path.GetFileName(p.Caption), p.Picture.Width)));
        Assert.Equal("note", files.Note);
        Assert.Equal([("0", 6, 0), ("1", 6, 255)], tensors.Pictures.Select(p => (p.Caption, p.Picture.Width, (int)p.Picture.Rgb[0])));
    }

    [Fact]
    public void Saved_it_is_one_picture_with_the_rows_on_white()
    {
        using var folder = new TempFolder();
        var path = Path.Combine(folder.Path, "grid.png");
        Picture One(byte grey, int width) => new(width, 1, [.. Enumerable.Repeat(grey, width * 3)]);

        new PictureGrid("", [(One(1, 2), "a"), (One(2, 1), "b"), (One(3, 1), "c")]) { Columns = 2 }.Save(path);

        var (width, height, rgb) = PictureTests.Decode(File.ReadAllBytes(path));
        Assert.Equal((8, 6), (width, height));
        byte[] white = [255, 255, 255, 255, 255, 255, 255, 255];
        Assert.Equal(
            [.. white, 255, 1, 1, 255, 255, 2, 255, 255, .. white, .. white, 255, 3, 255, 255, 255, 255, 255, 255, .. white],
            rgb.Where((_, i) => i % 3 == 0));
    }

    internal static (int Width, int Height, byte[] Rgb) Embedded(AngleSharp.Dom.IElement img)
    {
        const string start = "data:image/png;base64,";
        var source = img.GetAttribute("src")!;
        Assert.StartsWith(start, source);
        return PictureTests.Decode(Convert.FromBase64String(source[start.Length..]));
    }
}
