using System.Reflection;
using System.Runtime.Loader;

namespace EngineContract.Tests;

/// <summary>Our own engine, loaded apart from .NET Interactive's, whose names it shares, and with its own Roslyn.</summary>
internal sealed class OurKernel : AssemblyLoadContext
{
    private static readonly string File = Path.Combine(
        AppContext.BaseDirectory, "..", "..", "NotebookKernel", Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory)), "NotebookKernel.dll");

    private readonly AssemblyDependencyResolver dependencies = new(Path.GetFullPath(File));

    public Assembly Assembly => LoadFromAssemblyPath(Path.GetFullPath(File));

    protected override Assembly? Load(AssemblyName assemblyName) =>
        dependencies.ResolveAssemblyToPath(assemblyName) is { } path ? LoadFromAssemblyPath(path) : null;
}
