using AngleSharp.Html.Parser;
using AnomalyLab.Display;

namespace AnomalyLab.Tests.Display;

public sealed class TableTests
{
    private static readonly Table Layers = new("Layers", ["layer", "parameters", new("share", "P1")],
    [
        ["encoder & co", 6_996_979, 0.9951],
        ["head", 27, null],
    ])
    {
        Notes = ["<counted> by hand"],
    };

    [Fact]
    public void As_text_it_is_aligned_with_numbers_to_the_right() => Assert.Equal(
        """
        Layers
        layer         parameters   share
        encoder & co   6,996,979  99.5 %
        head                  27
        <counted> by hand
        """.ReplaceLineEndings("\n"), Layers.ToString().Replace("99.5%", "99.5 %"));

    [Fact]
    public void As_html_it_has_the_same_cells_and_no_markup_from_them()
    {
        var page = new HtmlParser().ParseDocument(Layers.ToHtml());

        Assert.Equal("Layers", page.QuerySelector("caption")!.TextContent);
        Assert.Equal(["layer", "parameters", "share"], page.QuerySelectorAll("th").Select(cell => cell.TextContent));
        Assert.Equal(["encoder & co", "6,996,979", 0.9951.ToString("P1"), "head", "27", ""], page.QuerySelectorAll("td").Select(cell => cell.TextContent));
        Assert.Equal("<counted> by hand", page.QuerySelector("table + div")!.TextContent);
    }

    [Fact]
    public void As_html_only_columns_of_numbers_are_aligned_to_the_right()
    {
        var page = new HtmlParser().ParseDocument(Layers.ToHtml());

        Assert.Equal([false, true, true, false, true, true], page.QuerySelectorAll("td").Select(cell => cell.GetAttribute("style")!.Contains("right")));
    }

    [Theory]
    [InlineData(0.5, "0.5")]
    [InlineData(0.0, "0")]
    [InlineData(1234.56789, "1,235")]
    [InlineData(2.4087851047515874, "2.409")]
    [InlineData(-123.456, "-123.5")]
    [InlineData(0.98765, "0.9877")]
    [InlineData(0.0039126, "0.003913")]
    [InlineData(0.000123, "1.23e-4")]
    [InlineData(double.NaN, "NaN")]
    public void A_number_without_a_format_reads_well(double number, string text) =>
        Assert.Equal($"x\n{text}", string.Join('\n', new Table("", ["x"], [[number]]).ToString().Split('\n').Select(line => line.Trim())));

    [Fact]
    public void A_row_of_another_width_is_named_in_the_error()
    {
        var error = Assert.Throws<ArgumentException>(() => new Table("Counts", ["a", "b"], [[1]]));

        Assert.Contains("A row of the table \"Counts\" has 1 cells, but there are 2 columns", error.Message);
    }
}
