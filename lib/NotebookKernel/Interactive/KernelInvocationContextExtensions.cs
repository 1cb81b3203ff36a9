using Microsoft.DotNet.Interactive.Formatting;
using NotebookKernel.Sessions;

namespace Microsoft.DotNet.Interactive;

/// <summary>Shows values in the output of a running cell.</summary>
public static class KernelInvocationContextExtensions
{
    /// <summary>Shows a value in the given mime types, or in those that its formatters prefer.</summary>
    /// <param name="context">The running cell.</param>
    /// <param name="value">What to show.</param>
    /// <param name="mimeTypes">The mime types; none for the preferred ones. Plain text is always there, too.</param>
    /// <returns>What is shown, to be updated in place.</returns>
    public static DisplayedValue Display(this KernelInvocationContext context, object? value, params string[] mimeTypes)
    {
        ArgumentNullException.ThrowIfNull(context);
        return context.Show(new DisplayedValue(value, FormattedValue.CreateManyFromObject(value, mimeTypes)));
    }

    /// <summary>Shows text that already is of a mime type, such as HTML.</summary>
    /// <param name="context">The running cell.</param>
    /// <param name="value">The text.</param>
    /// <param name="mimeType">Its mime type.</param>
    /// <returns>What is shown, to be updated in place.</returns>
    public static DisplayedValue DisplayAs(this KernelInvocationContext context, string value, string mimeType)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentException.ThrowIfNullOrWhiteSpace(mimeType);
        return context.Show(new DisplayedValue(value, [new FormattedValue(mimeType, value)]));
    }

    /// <summary>Clears the cell's output so far. .NET Interactive has no such method.</summary>
    /// <param name="context">The running cell.</param>
    /// <param name="wait">Whether to wait for the next output, so that nothing flickers.</param>
    public static void ClearOutput(this KernelInvocationContext context, bool wait = false)
    {
        ArgumentNullException.ThrowIfNull(context);
        context.Publish(new OutputCleared(wait));
    }
}
