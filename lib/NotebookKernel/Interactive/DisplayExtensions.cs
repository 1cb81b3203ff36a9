using Microsoft.DotNet.Interactive;

namespace System;

/// <summary>Lets a cell write <c>value.Display()</c>.</summary>
public static class DisplayExtensions
{
    /// <summary>Shows a value in the running cell.</summary>
    /// <param name="value">What to show.</param>
    /// <param name="mimeTypes">The mime types; none for those that its formatters prefer.</param>
    /// <returns>What is shown, to be updated in place.</returns>
    /// <exception cref="InvalidOperationException">No cell is running.</exception>
    public static DisplayedValue Display(this object? value, params string[] mimeTypes) => Cell.Display(value, mimeTypes);

    /// <summary>Shows text that already is of a mime type, such as HTML, in the running cell.</summary>
    /// <param name="value">The text.</param>
    /// <param name="mimeType">Its mime type.</param>
    /// <returns>What is shown, to be updated in place.</returns>
    /// <exception cref="InvalidOperationException">No cell is running.</exception>
    public static DisplayedValue DisplayAs(this string value, string mimeType) => Cell.DisplayAs(value, mimeType);

    private static KernelInvocationContext Cell => KernelInvocationContext.Current
        ?? throw new InvalidOperationException("Nothing can be displayed here, because this code does not belong to a running cell.");
}
