using System.Globalization;
using System.Runtime.InteropServices;
using System.Xml;
using Microsoft.CodeAnalysis;

namespace NotebookKernel.Sessions;

/// <summary>The XML documentation of an assembly: the file beside it, or for .NET's own assemblies those of the SDK.</summary>
internal sealed class Documentation : DocumentationProvider
{
    // Many documented types are implemented in System.Private.CoreLib, which has no documentation file.
    private static readonly string[] coreFiles = ["System.Runtime", "System.Collections", "System.Threading", "System.Memory", "System.Linq", "System.Runtime.InteropServices"];

    private readonly string[] files;
    private readonly Lazy<Dictionary<string, string>> members;

    private Documentation(string[] files)
    {
        this.files = files;
        members = new Lazy<Dictionary<string, string>>(() => files.SelectMany(Read).DistinctBy(member => member.Name).ToDictionary(member => member.Name, member => member.Xml));
    }

    /// <summary>The same reference with its documentation, if there is any.</summary>
    public static PortableExecutableReference AddTo(PortableExecutableReference reference) =>
        reference.FilePath is { } path && FilesOf(path) is { Length: > 0 } files && reference.GetMetadata() is AssemblyMetadata metadata
            ? metadata.GetReference(new Documentation(files), filePath: path).WithProperties(reference.Properties)
            : reference;

    public override bool Equals(object? other) => other is Documentation documentation && files.SequenceEqual(documentation.files);

    public override int GetHashCode() => files[0].GetHashCode(StringComparison.Ordinal);

    protected override string GetDocumentationForSymbol(string documentationMemberID, CultureInfo preferredCulture, CancellationToken cancellationToken = default) =>
        members.Value.GetValueOrDefault(documentationMemberID, "");

    private static string[] FilesOf(string assembly)
    {
        var beside = Path.ChangeExtension(assembly, ".xml");
        if (File.Exists(beside))
            return [beside];
        var runtime = RuntimeEnvironment.GetRuntimeDirectory();
        if (!assembly.StartsWith(runtime, StringComparison.Ordinal))
            return [];
        var pack = new DirectoryInfo(Path.Combine(runtime, "../../../packs/Microsoft.NETCore.App.Ref"));
        var version = Environment.Version;
        var reference = pack.Exists ? pack.EnumerateDirectories($"{version.Major}.*").LastOrDefault() : null;
        var name = Path.GetFileNameWithoutExtension(assembly);
        IEnumerable<string> names = name.StartsWith("System.Private.", StringComparison.Ordinal) ? coreFiles : [name];
        return reference == null
            ? []
            : [.. names.Select(each => Path.Combine(reference.FullName, "ref", $"net{version.Major}.0", each + ".xml")).Where(File.Exists)];
    }

    private static List<(string Name, string Xml)> Read(string file)
    {
        var members = new List<(string, string)>();
        try
        {
            using var reader = XmlReader.Create(file);
            while (!reader.EOF)
            {
                if (reader is { NodeType: XmlNodeType.Element, Name: "member" })
                    members.Add((reader.GetAttribute("name") ?? "", reader.ReadInnerXml())); // also advances to the next element
                else
                    reader.Read();
            }
        }
        catch (Exception exception) when (exception is XmlException or IOException or UnauthorizedAccessException)
        {
            // Use what could be read; signatures work without documentation.
        }

        return members;
    }
}
