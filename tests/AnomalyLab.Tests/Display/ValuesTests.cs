using System.Text.Json;
using AngleSharp.Html.Parser;
using AnomalyLab.Display;
using CsCheck;

namespace AnomalyLab.Tests.Display;

public sealed class ValuesTests
{
    [Fact]
    public void They_are_a_flat_json_object_in_the_given_order() => Assert.Equal(
        """{"train":132,"auc":0.91,"rate":0.1,"data":"synthetic","early":true}""",
        Values.Of(("train", 132), ("auc", 0.91), ("rate", 0.1f), ("data", "synthetic"), ("early", true)).ToJson());

    [Fact]
    public void Every_double_keeps_all_its_digits() => Gen.Double.Where(double.IsFinite).Sample(number =>
        JsonDocument.Parse(Values.Of(("x", number)).ToJson()).RootElement.GetProperty("x").GetDouble().Equals(number));

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void A_number_json_does_not_have_is_null(object number) => Assert.Equal("""{"x":null}""", Values.Of(("x", number)).ToJson());

    [Fact]
    public void As_html_they_are_one_line_without_markup_from_the_values()
    {
        var page = new HtmlParser().ParseDocument(Values.Of(("auc", 0.91), ("data", "<b>"), ("early", false)).ToHtml());

        Assert.Equal("auc 0.91 · data <b> · early false", page.Body!.TextContent);
    }

    [Fact]
    public void A_name_used_twice_is_named_in_the_error() =>
        Assert.Contains("\"auc\" is recorded twice", Assert.Throws<ArgumentException>(() => Values.Of(("auc", 1), ("auc", 2))).Message);

    [Fact]
    public void A_value_of_another_type_is_named_in_the_error() =>
        Assert.Contains("\"when\" is a DateTime", Assert.Throws<ArgumentException>(() => Values.Of(("auc", 1), ("when", DateTime.UnixEpoch))).Message);
}
