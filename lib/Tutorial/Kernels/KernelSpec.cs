using System.Text.Json;
using System.Text.Json.Nodes;
using NotebookKernel;

namespace Tutorial.Kernels;

/// <summary>A kernel as Jupyter finds it: a folder with <c>kernel.json</c> and, in ours, a copy of the built kernel.</summary>
/// <remarks>
/// A copy, so that the kernel neither breaks when <c>artifacts</c> is deleted nor keeps a build from replacing its files.
/// </remarks>
/// <param name="folder">The folder, named as the kernel.</param>
internal sealed class KernelSpec(string folder)
{
    /// <summary>The name that .NET Interactive's C# kernel has, and that the course's notebooks ask for.</summary>
    public const string InteractiveName = ".net-csharp";

    private const string Mark = "notebook_kernel";

    /// <summary>The name that editors show; where it stands in for .NET Interactive's kernel, the name in the notebooks.</summary>
    public string DisplayName => Path.GetFileName(folder) == InteractiveName ? ".NET (C#)" : "C# (AnomalyLab)";

    /// <summary>The folder.</summary>
    public string Folder => folder;

    /// <summary>Whether there is a kernel of this name, whoever installed it.</summary>
    public bool Exists => Directory.Exists(folder);

    /// <summary>Whether the kernel is one of ours.</summary>
    public bool IsOurs
    {
        get
        {
            try
            {
                return JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "kernel.json")))?["metadata"]?[Mark] is not null;
            }
            catch (Exception e) when (e is JsonException or IOException or InvalidOperationException)
            {
                return false;
            }
        }
    }

    /// <summary>Whether the kernel is a copy of an older build.</summary>
    /// <param name="program">The program of the newest build.</param>
    public bool IsOlderThan(FileInfo program) => File.GetLastWriteTimeUtc(Path.Combine(folder, "bin", KernelBuild.ProgramName)) < program.LastWriteTimeUtc;

    /// <summary>Installs the kernel, replacing an older one of ours.</summary>
    /// <param name="build">The folder of the built kernel.</param>
    public void Write(string build)
    {
        // Copied beside and then renamed, so that the named folder is always complete.
        var beside = folder + ".partial";
        if (Directory.Exists(beside))
            Directory.Delete(beside, recursive: true);
        foreach (var file in Directory.EnumerateFiles(build, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(beside, "bin", Path.GetRelativePath(build, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }

        File.WriteAllText(Path.Combine(beside, "kernel.json"), Json().ToJsonString(new() { WriteIndented = true }));
        Remove();
        Directory.Move(beside, folder);
    }

    /// <summary>Removes the kernel.</summary>
    public void Remove()
    {
        if (Exists)
            Directory.Delete(folder, recursive: true);
    }

    private JsonObject Json() => new()
    {
        ["argv"] = new JsonArray(DotnetHost.Path, Path.Combine(folder, "bin", KernelBuild.ProgramName), "connect", "{connection_file}"),
        ["display_name"] = DisplayName,
        ["language"] = "C#",
        ["interrupt_mode"] = "message",
        ["metadata"] = new JsonObject { [Mark] = new JsonObject { ["installed_by"] = "AnomalyLab" } },
    };
}
