using NotebookKernel.Sessions;

namespace Microsoft.DotNet.Interactive;

/// <summary>
/// The cell that is running, as .NET Interactive offers it. Libraries find this type by its full name among the loaded
/// assemblies, so that they can show live progress and stop when asked without referencing any notebook package.
/// </summary>
/// <remarks>
/// The types of this folder have .NET Interactive's names, namespaces and signatures on purpose, and only what C#
/// notebooks and their libraries call.
/// </remarks>
public sealed class KernelInvocationContext
{
    // Flows with the cell's own tasks and threads, so that cells of two sessions in one process do not meet.
    private static readonly AsyncLocal<KernelInvocationContext?> ambient = new();

    private readonly Action<CellOutput> publish;

    private KernelInvocationContext(Action<CellOutput> publish, CancellationToken cancellationToken)
    {
        this.publish = publish;
        CancellationToken = cancellationToken;
    }

    /// <summary>The cell that the calling code belongs to; <c>null</c> outside of any cell.</summary>
    public static KernelInvocationContext? Current => ambient.Value;

    /// <summary>Asks the cell to stop: it was interrupted, or the time is up.</summary>
    public CancellationToken CancellationToken { get; }

    /// <summary>Makes a new context the current one of the calling asynchronous method and all it calls.</summary>
    internal static void Enter(Action<CellOutput> publish, CancellationToken cancellationToken) =>
        ambient.Value = new KernelInvocationContext(publish, cancellationToken);

    internal void Publish(CellOutput output) => publish(output);
}
