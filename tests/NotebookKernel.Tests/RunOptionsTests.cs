using System.CommandLine;
using NotebookKernel.Running;

namespace NotebookKernel.Tests;

public sealed class RunOptionsTests
{
    private readonly Option<Dictionary<string, string>> set = RunOptions.Set();
    private readonly Option<TimeSpan?> timeout = RunOptions.Timeout();

    [Theory]
    [InlineData("00:00:01")]
    [InlineData("23:59:59")]
    [InlineData("30:00:00")]
    [InlineData("1000:00:00")]
    public void A_limit_is_passed_on_as_it_was_read(string limit) =>
        Assert.Equal(limit, RunOptions.Text(Parse("--timeout", limit).GetValue(timeout)!.Value));

    [Fact]
    public void Without_options_there_is_no_limit_and_no_value()
    {
        Assert.Null(Parse().GetValue(timeout));
        Assert.Empty(Parse().GetValue(set)!);
    }

    [Fact]
    public void Of_several_values_of_a_parameter_the_last_counts_and_a_value_may_hold_an_equals_sign() =>
        Assert.Equal(
            new Dictionary<string, string> { ["epochs"] = "2", ["name"] = "a=b", ["empty"] = "" },
            Parse("--set", "epochs=1", "--set", "name=a=b", "--set", "epochs=2", "--set", "empty=").GetValue(set));

    [Theory]
    [InlineData("--set", "=1")]
    [InlineData("--timeout", "1:60:00")]
    [InlineData("--timeout", "00:00:00")]
    [InlineData("--timeout", "1.00:00:00")]
    public void What_is_not_understood_is_named(string option, string value) =>
        Assert.StartsWith($"{option} {value} is not understood: write ", Assert.Single(Parse(option, value).Errors).Message, StringComparison.Ordinal);

    private ParseResult Parse(params string[] arguments) => new RootCommand { set, timeout }.Parse(arguments);
}
