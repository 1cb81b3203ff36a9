namespace NotebookKernel.Packages;

/// <summary>A package in the package folder, with the files in it that are for this system.</summary>
/// <param name="Name">The package's name.</param>
/// <param name="Version">Its version.</param>
/// <param name="Assemblies">The paths of its assemblies.</param>
/// <param name="NativeLibraries">The paths of its native libraries.</param>
/// <param name="Frameworks">The shared frameworks that it needs besides .NET itself.</param>
internal sealed record RestoredPackage(string Name, string Version, IReadOnlyList<string> Assemblies, IReadOnlyList<string> NativeLibraries, IReadOnlyList<string> Frameworks);
