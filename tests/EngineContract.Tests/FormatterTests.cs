using Microsoft.DotNet.Interactive.Events;
using Microsoft.DotNet.Interactive.Formatting;

namespace EngineContract.Tests;

/// <summary>What the engine makes of our types, which carry an attribute that it finds by name.</summary>
public sealed class FormatterTests
{
    [Theory]
    [InlineData("""new Table("Counts", ["split", "images"], [["train", 132]])""", "text/html", "text/plain")]
    [InlineData("""new Markup("<b>1 < 2</b>", "1 < 2")""", "text/html", "text/plain")]
    [InlineData("""Values.Of(("auc", 0.91))""", "text/html", "text/plain", "application/vnd.anomalylab.values+json")]
    public async Task A_value_is_shown_in_its_own_forms(string expression, params string[] mimeTypes)
    {
        using var kernel = await RealKernel.WithLibraryAsync();
        // As the engine's Jupyter and VS Code front ends do.
        Formatter.DefaultMimeType = HtmlFormatter.MimeType;

        var value = (await kernel.RunAsync($"var value = {expression};\nvalue")).OfType<ReturnValueProduced>().Single();

        Assert.Equal(mimeTypes, value.FormattedValues.Select(form => form.MimeType));
        Assert.True(kernel.Kernel.TryGetValue("value", out object displayable));
        var html = displayable.GetType().GetMethod("ToHtml")!.Invoke(displayable, []);
        Assert.Equal([$"{html}", $"{displayable}"], value.FormattedValues.Take(2).Select(form => form.Value));
    }
}
