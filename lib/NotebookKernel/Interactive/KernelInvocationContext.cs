using Microsoft.DotNet.Interactive.Formatting;
using NotebookKernel.Sessions;

namespace Microsoft.DotNet.Interactive;

/// <summary>
/// The cell that is running, as .NET Interactive offers it. Libraries find this type by its name, so that they can show
/// live progress and stop when asked without referencing any notebook package.
/// </summary>
/// <remarks>
/// The types of this folder have .NET Interactive's names, namespaces and signatures on purpose, but only the members that
/// C# notebooks and their libraries call.
/// </remarks>
public sealed class KernelInvocationContext
{
    // Flows into the cell's own tasks and threads, so that cells of two sessions in one process stay apart.
    private static readonly AsyncLocal<KernelInvocationContext?> ambient = new();

    private readonly CellHost host;

    static KernelInvocationContext()
    {
        // As in .NET Interactive's Jupyter and VS Code front ends; the package itself starts with text/plain.
        Formatter.DefaultMimeType = HtmlFormatter.MimeType;
        // Values displayed without naming a cell, as by value.Display(), belong to the calling cell.
        Formatter.SubscribeToDisplayedValues(shown =>
        {
            if (Current is { } cell)
                cell.Show(shown);
            else
                Formatter.WriteToConsole(shown);
        });
    }

    private KernelInvocationContext(CellHost host) => this.host = host;

    /// <summary>The cell that the calling code belongs to; <c>null</c> outside of any cell.</summary>
    public static KernelInvocationContext? Current => ambient.Value;

    /// <summary>Asks the cell to stop: it was interrupted, or the time is up.</summary>
    public CancellationToken CancellationToken
    {
        get
        {
            host.Listens?.Invoke();
            return host.Stop;
        }
    }

    internal Func<string?>? ReadLine => host.ReadLine;

    /// <summary>Makes a new context the current one of the calling asynchronous method and all it calls.</summary>
    internal static void Enter(CellHost host) => ambient.Value = new KernelInvocationContext(host);

    internal void Publish(CellOutput output) => host.Publish(output);

    internal DisplayedValue Show(DisplayedValue shown)
    {
        var data = MimeBundle.Of(shown);
        Publish(shown.IsUpdated ? new DisplayUpdate(shown.DisplayId, data) : new DisplayData(shown.DisplayId, data));
        return shown;
    }
}
