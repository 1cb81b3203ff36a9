using AnomalyLab.Display;

namespace AnomalyLab.Tests.Display;

public sealed class TranslationTests
{
    private readonly Translation translation = new(
        new() { ["good"] = "良品", ["best: epoch {0}, {1:0.000}"] = "最良: エポック{0}、{1:0.000}", ["{0} of {1}"] = "{1}問中{0}問" },
        new() { ["apple"] = "りんご", ["knob at {0}: loss {1:F4}"] = "つまみ {0}: 損失 {1:F4}", ["{0:F3} to {1:F3}"] = "{0:F3}〜{1:F3}", ["{0}: the least"] = "{0}: 最小" });

    [Theory]
    [InlineData("good", "良品")]
    [InlineData("apple", "りんご")]
    [InlineData("knob at 1.5: loss 0.0123", "つまみ 1.5: 損失 0.0123")]
    [InlineData("good: the least", "良品: 最小")]
    [InlineData("0.850 to 0.950", "0.850〜0.950")]
    [InlineData("from here to there", "from here to there")] // a place with a format takes numbers only
    [InlineData("3 of 4", "3 of 4")] // the library gives its own texts with their format
    [InlineData("", "")]
    public void A_text_is_found_also_where_a_cell_has_put_its_values_in(string text, string shown) => Assert.Equal(shown, translation.Of(text));

    [Fact]
    public void Values_keep_their_formats_and_may_change_their_order()
    {
        Assert.Equal("最良: エポック7、0.123", translation.Format($"best: epoch {7}, {0.12345:0.000}"));
        Assert.Equal("4問中3問", translation.Format($"{3} of {4}"));
        Assert.Equal("epoch 7", translation.Format($"epoch {7}"));
    }
}
