using System.Reflection;

namespace AnomalyLab.Display;

/// <summary>The notebook cell that the calling code belongs to.</summary>
/// <remarks>
/// The library references no notebook engine; it looks these names up by reflection. They are .NET Interactive's, and our own
/// engine, NotebookKernel, has the same. If one is missing, work goes on without it.
/// <list type="bullet">
/// <item><c>Microsoft.DotNet.Interactive.KernelInvocationContext</c> with a static property <c>Current</c>, which is
/// <c>null</c> outside of a cell, and a property <see cref="System.Threading.CancellationToken"/> <c>CancellationToken</c>.</item>
/// <item><c>KernelInvocationContextExtensions.DisplayAs(context, string value, string mimeType)</c>, which shows the
/// value and returns an object whose <c>Update(object)</c> shows another one in its place.</item>
/// <item>To format values, the attribute <c>TypeFormatterSourceAttribute</c> with <c>Type FormatterSourceType</c> and
/// <c>string[] PreferredMimeTypes</c>. That type has <c>CreateTypeFormatters()</c>, and what this returns has
/// <c>string MimeType</c> and <c>bool Format(object value, TextWriter writer)</c>.</item>
/// </list>
/// </remarks>
public static class RunningCell
{
    private const string ContextName = "Microsoft.DotNet.Interactive.KernelInvocationContext";

    private static readonly Type? ContextType =
        Type.GetType(ContextName + ", Microsoft.DotNet.Interactive") ?? Type.GetType(ContextName + ", NotebookKernel");

    /// <summary>Is cancelled when somebody interrupts the running cell; outside of a notebook it never is.</summary>
    public static CancellationToken CancellationToken =>
        Current is { } context && ContextType?.GetProperty("CancellationToken")?.GetValue(context) is CancellationToken token ? token : default;

    /// <summary>
    /// Shows HTML in the calling cell's output, and returns an action that shows another value in its place, or
    /// <c>null</c> where the engine cannot do that. Outside of a notebook this property is <c>null</c>.
    /// </summary>
    internal static Func<string, Action<IDisplayable>?>? Display => Current is { } context ? html => DisplayIn(context, html) : null;

    private static object? Current => ContextType?.GetProperty("Current", BindingFlags.Public | BindingFlags.Static)?.GetValue(null);

    private static Action<IDisplayable>? DisplayIn(object context, string html)
    {
        var displayAs = ContextType?.Assembly.GetType(ContextName + "Extensions")
            ?.GetMethod("DisplayAs", [ContextType, typeof(string), typeof(string)]);
        var shown = displayAs?.Invoke(null, [context, html, MimeTypes.Html]);
        return shown?.GetType().GetMethod("Update", [typeof(object)]) is { } update
            ? value => update.Invoke(shown, [value])
            : null;
    }
}
