namespace Tutorial.Kernels;

/// <summary>The kernel as it was built in this repository.</summary>
/// <param name="repository">The repository's folder.</param>
internal sealed class KernelBuild(string repository)
{
    /// <summary>The file that is started.</summary>
    public const string ProgramName = "NotebookKernel.dll";

    private const string BuildIt = "Run in the repository: dotnet build lib/NotebookKernel";

    private string Folder(string configuration) => Path.Combine(repository, "artifacts", "bin", "NotebookKernel", configuration);

    /// <summary>The program of the newest build, or <c>null</c>.</summary>
    public FileInfo? Newest => new[] { "debug", "release" }
        .Select(configuration => new FileInfo(Path.Combine(Folder(configuration), ProgramName)))
        .Where(file => file.Exists)
        .MaxBy(file => file.LastWriteTimeUtc);

    /// <summary>The folder of the newest build.</summary>
    /// <exception cref="TutorialException">There is none, or the sources have changed since.</exception>
    public string Find()
    {
        var program = Newest ?? throw new TutorialException($"The kernel is not built: there is no {ProgramName} in {Folder("debug")}. {BuildIt}");
        var sources = Directory.EnumerateFiles(Path.Combine(repository, "lib", "NotebookKernel"), "*.cs", SearchOption.AllDirectories);
        var newer = sources.FirstOrDefault(source => File.GetLastWriteTimeUtc(source) > program.LastWriteTimeUtc);
        return newer is null
            ? program.DirectoryName!
            : throw new TutorialException($"The kernel's build in {program.DirectoryName} is older than {Path.GetRelativePath(repository, newer)}. {BuildIt}");
    }
}
