using AnomalyLab.Display;
using Microsoft.DotNet.Interactive.Formatting;

namespace AnomalyLab.Tests.Display;

/// <summary>What .NET Interactive's own formatting package makes of our types.</summary>
public sealed class FormatterTests
{
    [Fact]
    public void A_table_shows_as_html_and_as_text()
    {
        var table = new Table("Counts", ["split", "images"], [["train", 132]]);

        Assert.Equal(["text/html", "text/plain"], Formatter.GetPreferredMimeTypesFor(table.GetType()));
        Assert.Equal(table.ToHtml(), table.ToDisplayString("text/html"));
        Assert.Equal(table.ToString(), table.ToDisplayString("text/plain"));
    }

    [Fact]
    public void Values_also_carry_their_json()
    {
        var values = Values.Of(("auc", 0.91));

        Assert.Equal(["text/html", "text/plain", "application/vnd.anomalylab.values+json"], Formatter.GetPreferredMimeTypesFor(values.GetType()));
        Assert.Equal("""{"auc":0.91}""", values.ToDisplayString("application/vnd.anomalylab.values+json"));
        Assert.Equal(values.ToHtml(), values.ToDisplayString("text/html"));
        Assert.Equal("auc = 0.91", values.ToDisplayString("text/plain"));
    }

    [Fact]
    public void Markup_shows_its_html_and_its_text()
    {
        var html = new Markup("<b>1 < 2</b>", "1 < 2");

        Assert.Equal("<b>1 < 2</b>", html.ToDisplayString("text/html"));
        Assert.Equal("1 < 2", html.ToDisplayString("text/plain"));
    }
}
