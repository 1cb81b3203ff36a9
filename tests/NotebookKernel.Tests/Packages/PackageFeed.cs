using System.IO.Compression;
using System.Runtime.InteropServices;

namespace NotebookKernel.Tests.Packages;

/// <summary>A notebook's folder with a <c>nuget.config</c>: packages come from a folder beside it, and lie in one of its own.</summary>
internal sealed class PackageFeed : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public PackageFeed() => Use(Directory.CreateDirectory(folder["feed"]).FullName);

    public string Notebooks => Directory.CreateDirectory(folder["notebooks"]).FullName;

    /// <summary>The folder in which restored packages lie.</summary>
    public string PackageFolder => folder["packages"];

    /// <summary>Says where packages come from.</summary>
    /// <param name="source">A folder, or an address.</param>
    public void Use(string source) => File.WriteAllText(Path.Combine(Notebooks, "nuget.config"), $"""
        <configuration>
          <packageSources><clear /><add key="the feed" value="{source}" allowInsecureConnections="true" /></packageSources>
          <config><add key="globalPackagesFolder" value="{PackageFolder}" /></config>
        </configuration>
        """);

    /// <summary>Puts a package into the feed, with a library that is named as the package.</summary>
    /// <param name="name">The package's name.</param>
    /// <param name="version">Its version, which is also the library's.</param>
    /// <param name="source">The library's C#.</param>
    /// <param name="dependency">The name and version of a package that it needs.</param>
    /// <param name="framework">What it is made for.</param>
    /// <param name="nativeLibrary">A native library that it brings.</param>
    /// <param name="type">The package's type, if it is no ordinary one.</param>
    public void Add(string name, string version, string source, (string Name, string Version)? dependency = null, string framework = "net10.0", string? nativeLibrary = null, string? type = null)
    {
        using var package = ZipFile.Open(folder[$"feed/{name}.{version}.nupkg"], ZipArchiveMode.Create);
        using (var nuspec = new StreamWriter(package.CreateEntry($"{name}.nuspec").Open()))
        {
            nuspec.Write($"""
                <package><metadata>
                  <id>{name}</id><version>{version}</version><authors>a test</authors><description>a test's</description>
                  {(type == null ? "" : $"<packageTypes><packageType name=\"{type}\" /></packageTypes>")}
                  <dependencies><group targetFramework="{framework}">{(dependency is var (id, needed) ? $"<dependency id=\"{id}\" version=\"{needed}\" />" : "")}</group></dependencies>
                </metadata></package>
                """);
        }

        var library = Library.Compile(folder[$"built/{name}/{version}"], name, $"[assembly: System.Reflection.AssemblyVersion(\"{version.Split('-')[0]}.0\")]\n{source}");
        package.CreateEntryFromFile(library, type == "DotnetTool" ? $"tools/net10.0/any/{name}.dll" : $"lib/{framework}/{name}.dll");
        if (nativeLibrary != null)
            package.CreateEntryFromFile(nativeLibrary, $"runtimes/{RuntimeInformation.RuntimeIdentifier}/native/{Path.GetFileName(nativeLibrary)}");
    }

    public void Dispose() => folder.Dispose();
}
