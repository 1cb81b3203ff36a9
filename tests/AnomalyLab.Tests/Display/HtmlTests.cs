using AngleSharp.Html.Parser;
using AnomalyLab.Data;
using AnomalyLab.Display;
using AnomalyLab.Evaluation;

namespace AnomalyLab.Tests.Display;

public sealed class HtmlTests
{
    public static TheoryData<string, IDisplayable> Shown => new()
    {
        { "good, good_test, bad; 166, 63, 62", new SplitCounts(166, 63, 62) },
        { "called good, called defective; good, 40, 3; defective, 5, 58", new Confusion(58, 3, 40, 5) },
        { "pixel AUROC, AU-PRO to 0.3, average precision, F1-max, regions; 0.9712, 0.9000, 0.5000, 0.6000, 70", new PixelMetrics(0.9712, 0.9, 0.3, 0.5, 0.6, 1.5, 70) },
    };

    [Theory, MemberData(nameof(Shown))]
    public void On_a_page_it_is_a_table_with_its_numbers(string cells, IDisplayable value)
    {
        var page = new HtmlParser().ParseDocument(value.ToHtml());

        Assert.Equal(cells, string.Join("; ", page.QuerySelectorAll("tr").Select(row => string.Join(", ", row.QuerySelectorAll("th, td").Select(cell => cell.TextContent).Where(text => text != "")))));
    }
}
