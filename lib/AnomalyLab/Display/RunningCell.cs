using System.Reflection;

namespace AnomalyLab.Display;

/// <summary>
/// The notebook cell that is calling. The engine's types are found by their names, in .NET Interactive as in our own
/// engine, so the library references neither.
/// </summary>
public sealed class RunningCell
{
    private const string ContextName = "Microsoft.DotNet.Interactive.KernelInvocationContext";

    private readonly object context;

    private RunningCell(object context) => this.context = context;

    /// <summary>Is cancelled when somebody interrupts the running cell; outside of a notebook it never is.</summary>
    public static CancellationToken CancellationToken
    {
        get
        {
            try
            {
                var context = Find()?.context;
                return context?.GetType().GetProperty("CancellationToken")?.GetValue(context) as CancellationToken? ?? default;
            }
            catch (Exception e) when (e is TargetInvocationException or AmbiguousMatchException)
            {
                return default;
            }
        }
    }

    /// <summary>The cell that is calling, or <c>null</c> outside of a notebook.</summary>
    internal static RunningCell? Find()
    {
        foreach (var assembly in AppDomain.CurrentDomain.GetAssemblies())
        {
            try
            {
                if (assembly.GetType(ContextName)?.GetProperty("Current", BindingFlags.Public | BindingFlags.Static)?.GetValue(null) is { } context)
                    return new(context);
            }
            catch (Exception e) when (e is TargetInvocationException or AmbiguousMatchException or TypeLoadException or IOException)
            {
                // An engine of another shape: go on without it.
            }
        }
        return null;
    }

    /// <summary>Shows HTML in the cell's output.</summary>
    /// <param name="html">What to show first.</param>
    /// <returns>What replaces it by another value, or <c>null</c> where the engine has no such thing.</returns>
    internal Action<IDisplayable>? Display(string html)
    {
        var displayAs = context.GetType().Assembly.GetType(ContextName + "Extensions")
            ?.GetMethod("DisplayAs", [context.GetType(), typeof(string), typeof(string)]);
        var shown = displayAs?.Invoke(null, [context, html, MimeTypes.Html]);
        return shown?.GetType().GetMethod("Update", [typeof(object)]) is { } update
            ? value => update.Invoke(shown, [value])
            : null;
    }
}
