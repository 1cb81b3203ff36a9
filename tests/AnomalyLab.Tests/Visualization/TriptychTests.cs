using AngleSharp.Html.Parser;
using AnomalyLab.Visualization;
using Microsoft.DotNet.Interactive.Formatting;
using TorchSharp;

namespace AnomalyLab.Tests.Visualization;

public sealed class TriptychTests : IDisposable
{
    private readonly torch.Tensor input = torch.rand(2, 3, 128, 128, generator: new torch.Generator(1)), map;
    private readonly torch.Tensor reconstruction = torch.rand(2, 3, 128, 128, generator: new torch.Generator(2));
    private readonly TriptychCaption[] captions = [new("test/good/000.png", 12345), new("test/broken_large/003.png", 0.5)];

    public TriptychTests() => map = (input - reconstruction).abs().sum(1) * 255;

    public void Dispose()
    {
        input.Dispose();
        reconstruction.Dispose();
        map.Dispose();
    }

    [Fact]
    public void Each_saved_file_shows_input_reconstruction_and_heat_map_side_by_side()
    {
        using var folder = new TempFolder();

        var files = Triptych.From(input, reconstruction, map, 300, captions).Save(folder.Path);

        Assert.Equal(["test-good-000.png", "test-broken_large-003.png"], files.Select(Path.GetFileName));
        for (var i = 0; i < 2; i++)
        {
            var (width, height, rgb) = PictureTests.Decode(File.ReadAllBytes(files[i]));
            Assert.Equal((390, 130), (width, height));
            Picture[] panels = [Picture.From(input[i]), Picture.From(reconstruction[i]), ColorMap.Paint(map[i], 300)];
            for (var y = 0; y < 130; y++)
            {
                for (var x = 0; x < 390; x++)
                {
                    var (inX, inY) = (x % 130 - 1, y - 1);
                    var expected = inX is < 0 or > 127 || inY is < 0 or > 127 ? [255, 255, 255] : panels[x / 130].Rgb.Slice((inY * 128 + inX) * 3, 3).ToArray();
                    Assert.Equal(expected, rgb[((y * 390 + x) * 3)..((y * 390 + x) * 3 + 3)]);
                }
            }
        }
    }

    [Fact]
    public void On_a_page_each_image_has_its_name_and_score_and_there_is_one_scale()
    {
        var page = new HtmlParser().ParseDocument(Triptych.From(input, reconstruction, map, 300, captions, "synthetic bottles").ToDisplayString("text/html"));

        Assert.Equal(["test/good/000.png, score 12,345", "test/broken_large/003.png, score 0.5"], page.QuerySelectorAll("figcaption").Select(c => c.TextContent));
        Assert.Equal(["input", "reconstruction", "heat map", "0", "75", "150", "225", "≥ 300"], page.QuerySelectorAll("span").Select(s => s.TextContent));
        Assert.Contains("synthetic bottles", page.Body!.TextContent);
    }

    [Fact]
    public void The_colour_bar_has_the_heat_maps_colours()
    {
        var page = new HtmlParser().ParseDocument(Triptych.From(input, reconstruction, map, 300, captions).ToHtml());

        var bar = PictureGridTests.Embedded(page.QuerySelectorAll("img")[^1]);
        Assert.Equal(ColorMap.Jet.SelectMany(c => new[] { c.Red, c.Green, c.Blue }), bar.Rgb);
    }

    [Fact]
    public void As_text_it_names_the_images_the_scale_and_the_note() => Assert.Equal(
        "test/good/000.png, score 12,345 (picture 390×130)\ntest/broken_large/003.png, score 0.5 (picture 390×130)\nheat map from 0 (dark blue) to 300 and more (dark red)\nsynthetic bottles",
        Triptych.From(input, reconstruction, map, 300, captions, "synthetic bottles").ToDisplayString("text/plain"));

    [Fact]
    public void Shapes_that_do_not_fit_are_named()
    {
        using var small = torch.zeros(2, 64, 64);

        Assert.Contains("the map [2, 64, 64]", Assert.Throws<ArgumentException>(() => Triptych.From(input, reconstruction, small, 300, captions)).Message);
    }

    [Fact]
    public void A_missing_caption_is_named() =>
        Assert.Contains("2 images but 1 captions", Assert.Throws<ArgumentException>(() => Triptych.From(input, reconstruction, map, 300, captions[..1])).Message);
}
