using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Loader;
using Microsoft.CodeAnalysis;

namespace NotebookKernel.Packages;

/// <summary>The packages of a session. What is loaded stays loaded until the process ends.</summary>
/// <param name="folder">The notebook's folder.</param>
internal sealed class SessionPackages(string folder)
{
    private static readonly FrozenDictionary<string, string> platform = Platform();

    private readonly PackageRestore restore = new(folder);
    private readonly HashSet<PackageRequest> asked = [];
    private readonly Dictionary<string, string> loaded = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<AssemblyLoadContext> contexts = [];

    // By name; read on whatever thread loads an assembly.
    private readonly ConcurrentDictionary<string, string> assemblies = [];
    private readonly ConcurrentDictionary<string, string> nativeLibraries = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Restores the packages that are not there yet, and returns the assemblies that came with them.</summary>
    /// <param name="requests">What a cell asks for.</param>
    /// <param name="known">The assemblies that the session has referenced so far.</param>
    /// <param name="stop">Ends the work.</param>
    /// <returns>The new packages among those asked for, and the paths of all new assemblies.</returns>
    /// <exception cref="PackageException">A package is not available, or not together with what is loaded.</exception>
    /// <exception cref="OperationCanceledException">It was ended.</exception>
    public async Task<(IReadOnlyList<RestoredPackage> Packages, IReadOnlyList<string> Assemblies)> AddAsync(
        IReadOnlyList<PackageRequest> requests, IEnumerable<AssemblyIdentity> known, CancellationToken stop)
    {
        var wanted = requests.Distinct().Where(request => !asked.Contains(request) && (request.Version != null || !loaded.ContainsKey(request.Name))).ToList();
        if (wanted.GroupBy(request => request.Name, StringComparer.OrdinalIgnoreCase).FirstOrDefault(same => same.Count() > 1) is { } twice)
            throw new PackageException($"This cell asks for {string.Join(" and for ", twice)}: ask for one of them.");
        if (wanted.Count == 0)
            return ([], []);

        // Together with everything that is loaded, so that NuGet finds compatible versions, or says that there are none.
        var others = loaded.Where(package => !wanted.Exists(request => Same(request.Name, package.Key)));
        var restored = await restore.RunAsync(wanted, others.Select(package => new PackageRequest(package.Key, package.Value)), stop);
        var changed = restored.FirstOrDefault(package => loaded.TryGetValue(package.Name, out var version) && version != package.Version);
        if (changed != null)
        {
            throw new PackageException($"{changed.Name} {loaded[changed.Name]} is loaded already, and a running kernel keeps what it has loaded. "
                + $"Restart the kernel to use {changed.Name} {changed.Version}, or ask for {loaded[changed.Name]}.");
        }

        var added = restored.Where(package => !loaded.ContainsKey(package.Name)).ToList();
        if (added.Exists(package => package.Name == "Microsoft.DotNet.Interactive"))
            throw new PackageException($"{string.Join(", ", wanted)} cannot be loaded: it extends Microsoft's own kernel, which this is not. Use the package that it extends, or open the notebook in Polyglot Notebooks.");
        var versions = known.DistinctBy(identity => identity.Name).ToDictionary(identity => identity.Name, identity => identity.Version);
        List<string> references = [.. added.SelectMany(package => References(package, IsWanted(package), versions))];

        if (assemblies.IsEmpty)
            AppDomain.CurrentDomain.AssemblyLoad += (_, load) => Watch(load.LoadedAssembly);
        foreach (var assembly in references)
            assemblies.TryAdd(Path.GetFileNameWithoutExtension(assembly), assembly);
        foreach (var library in added.SelectMany(package => package.NativeLibraries))
            nativeLibraries.TryAdd(Path.GetFileName(library), library);
        // A package that brings nothing here, for .NET has its assemblies or they are for other systems, need not keep its version.
        foreach (var package in added.Where(package => package.NativeLibraries.Count > 0 || package.Assemblies.Any(references.Contains)))
            loaded.Add(package.Name, package.Version);
        asked.UnionWith(wanted);
        return ([.. added.Where(IsWanted)], references);

        bool IsWanted(RestoredPackage package) => wanted.Exists(request => Same(request.Name, package.Name));
    }

    /// <summary>The assemblies of a package that are new, or that .NET itself has.</summary>
    private static IEnumerable<string> References(RestoredPackage package, bool isWanted, Dictionary<string, Version> known)
    {
        if (package.Frameworks.Count > 0)
            throw new PackageException($"{package.Name} {package.Version} cannot be loaded: it needs {string.Join(" and ", package.Frameworks)}, and a notebook has .NET itself only. Use it in a project.");
        foreach (var file in package.Assemblies)
        {
            var (name, version) = AssemblyName.GetAssemblyName(file) is { Name: { } simple, Version: { } number } ? (simple, number) : throw new BadImageFormatException(null, file);
            // At run time .NET's and this kernel's own assemblies win if they are new enough, so the compiler has to see the same.
            if (platform.TryGetValue(name, out var own) && AssemblyName.GetAssemblyName(own).Version >= version)
                yield return own;
            else if (!known.TryGetValue(name, out var there) || platform.ContainsKey(name))
                yield return file;
            else if (there < version || (there > version && isWanted))
                throw new PackageException($"{package.Name} {package.Version} cannot be loaded: an earlier #r has brought {name} {there}. Use that one, without this line.");
        }
    }

    // Each folder's assemblies have a load context of their own, which asks here for assemblies it does not find.
    private void Watch(Assembly assembly)
    {
        if (assembly.IsDynamic || !assemblies.Values.Contains(assembly.Location) || AssemblyLoadContext.GetLoadContext(assembly) is not { } context)
            return;
        lock (contexts)
        {
            if (!contexts.Add(context))
                return;
            context.ResolvingUnmanagedDll += (_, name) => FindNative(name);
            context.Resolving += (_, name) => Find(context, name);
        }
    }

    // Roslyn knows an assembly by its full name only; some packages load a part of theirs by the short one.
    private Assembly? Find(AssemblyLoadContext context, AssemblyName name) =>
        name is { Name: { } simple, Version: null } && assemblies.TryGetValue(simple, out var path) ? context.LoadFromAssemblyName(AssemblyName.GetAssemblyName(path)) : null;

    private IntPtr FindNative(string name)
    {
        var (prefix, extension) = OperatingSystem.IsWindows() ? ("", ".dll") : ("lib", OperatingSystem.IsMacOS() ? ".dylib" : ".so");
        foreach (var candidate in new[] { name, name + extension, prefix + name + extension, prefix + name })
        {
            if (nativeLibraries.TryGetValue(candidate, out var path))
                return NativeLibrary.Load(path);
        }

        return IntPtr.Zero;
    }

    private static FrozenDictionary<string, string> Platform() =>
        ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .DistinctBy(Path.GetFileNameWithoutExtension)
            .ToFrozenDictionary(file => Path.GetFileNameWithoutExtension(file));

    private static bool Same(string name, string other) => name.Equals(other, StringComparison.OrdinalIgnoreCase);
}
