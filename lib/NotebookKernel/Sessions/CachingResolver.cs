using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using NotebookKernel.Packages;

namespace NotebookKernel.Sessions;

/// <summary>
/// Caches the assemblies that earlier cells' compilations have found: every cell is a compilation of its own, and would find
/// and read them all again. Also adds their documentation, for tooltips.
/// </summary>
/// <param name="resolver">Finds an assembly the first time.</param>
internal sealed class CachingResolver(MetadataReferenceResolver resolver) : MetadataReferenceResolver
{
    // A cell may be compiled while completion for the next one reads the one before.
    private readonly ConcurrentDictionary<(string, string?, MetadataReferenceProperties), ImmutableArray<PortableExecutableReference>> found = [];
    private readonly ConcurrentDictionary<(string?, AssemblyIdentity), PortableExecutableReference?> missing = [];

    public override bool ResolveMissingAssemblies => resolver.ResolveMissingAssemblies;

    public override ImmutableArray<PortableExecutableReference> ResolveReference(string reference, string? baseFilePath, MetadataReferenceProperties properties)
    {
        var key = (reference, Path.GetDirectoryName(baseFilePath), properties);
        if (found.TryGetValue(key, out var references))
            return references;
        // A package's assemblies are among the session's references already, but the #r line must resolve to one, too.
        if (PackageRequest.IsIn(reference))
            reference = typeof(object).Assembly.Location;
        references = [.. resolver.ResolveReference(reference, baseFilePath, properties).Select(Documentation.AddTo)];
        return references.IsEmpty ? references : found[key] = references;
    }

    public override PortableExecutableReference? ResolveMissingAssembly(MetadataReference definition, AssemblyIdentity referenceIdentity) =>
        missing.TryGetValue((definition.Display, referenceIdentity), out var reference)
            ? reference
            : missing[(definition.Display, referenceIdentity)] = resolver.ResolveMissingAssembly(definition, referenceIdentity) is { } assembly ? Documentation.AddTo(assembly) : null;

    public override bool Equals(object? other) => ReferenceEquals(this, other);

    public override int GetHashCode() => resolver.GetHashCode();
}
