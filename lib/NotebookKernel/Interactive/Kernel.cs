using Microsoft.AspNetCore.Html;
using Microsoft.DotNet.Interactive.Formatting;

namespace Microsoft.DotNet.Interactive;

/// <summary>The functions that a cell calls without naming a class.</summary>
public static class Kernel
{
#pragma warning disable CA1707, IDE1006 // Notebooks call it by this name.
    /// <summary>Shows a value in the running cell.</summary>
    /// <param name="value">What to show.</param>
    /// <param name="mimeTypes">The mime types; none for those that its formatters prefer.</param>
    /// <returns>The displayed value, which can be updated in place.</returns>
    public static DisplayedValue display(object? value, params string[] mimeTypes) =>
        // value.Display() returns another DisplayedValue than the one that it shows: updating that one changes nothing.
        KernelInvocationContext.Current is { } cell ? cell.Display(value, mimeTypes) : value.Display(mimeTypes);
#pragma warning restore CA1707, IDE1006

    /// <summary>Marks text as HTML, so that it is shown as such.</summary>
    /// <param name="content">The HTML.</param>
    public static IHtmlContent HTML(string content) => content.ToHtmlContent();
}
