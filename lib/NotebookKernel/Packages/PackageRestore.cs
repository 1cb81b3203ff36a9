using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace NotebookKernel.Packages;

/// <summary>Restores packages as a build does: runs the SDK's <c>dotnet restore</c> on a temporary project.</summary>
/// <param name="folder">The notebook's folder; a <c>nuget.config</c> there or above it counts.</param>
internal sealed partial class PackageRestore(string folder)
{
    // NuGet's codes for a source that does not answer: as an error, and as a warning if other sources may do.
    private static readonly string[] unreachable = ["NU1301", "NU1801"];

    /// <summary>The package folder, which is also used as a source: packages in it need no network.</summary>
    private static string PackageFolder => Environment.GetEnvironmentVariable("NUGET_PACKAGES") is { Length: > 0 } path
        ? path
        : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");

    /// <summary>Restores packages with all that they depend on.</summary>
    /// <param name="requests">The packages, each name once.</param>
    /// <param name="kept">Other packages that have to keep their versions.</param>
    /// <param name="stop">Ends the work.</param>
    /// <exception cref="PackageException">The restore failed; the message is the sentence to show.</exception>
    /// <exception cref="OperationCanceledException">It was ended.</exception>
    public async Task<IReadOnlyList<RestoredPackage>> RunAsync(IReadOnlyList<PackageRequest> requests, IEnumerable<PackageRequest> kept, CancellationToken stop)
    {
        var work = Directory.CreateTempSubdirectory("notebook-packages-");
        try
        {
            var project = Path.Combine(work.FullName, "packages.csproj");
            Project([.. requests, .. kept]).Save(project);
            var said = await DotnetAsync(work.FullName, ["restore", project, "--verbosity", "quiet"], stop);
            var file = Path.Combine(work.FullName, "obj", "project.assets.json");
            if (!File.Exists(file))
                throw new PackageException($"{Names(requests)} cannot be restored: dotnet restore says \"{said}\".");
            var assets = JsonNode.Parse(await File.ReadAllTextAsync(file, stop))!;
            ThrowIfFailed(requests, assets["logs"]?.AsArray() ?? [], said);
            return [.. Packages(assets)];
        }
        finally
        {
            work.Delete(recursive: true);
        }
    }

    private XElement Project(IEnumerable<PackageRequest> requests) => new(
        "Project",
        new XAttribute("Sdk", "Microsoft.NET.Sdk"),
        new XElement(
            "PropertyGroup",
            new XElement("TargetFramework", $"net{Environment.Version.Major}.{Environment.Version.Minor}"),
            new XElement("UseCurrentRuntimeIdentifier", true),
            new XElement("SelfContained", false),
            new XElement("UseAppHost", false),
            new XElement("NuGetAudit", false), // it would use the network even for packages that are there already
            new XElement("RestoreRootConfigDirectory", folder),
            new XElement("RestoreIgnoreFailedSources", true),
            Directory.Exists(PackageFolder) ? new XElement("RestoreAdditionalProjectSources", PackageFolder) : null),
        new XElement("ItemGroup", requests.Select(request =>
            new XElement("PackageReference", new XAttribute("Include", request.Name), new XAttribute("Version", request.Range)))));

    private static async Task<string> DotnetAsync(string folder, string[] arguments, CancellationToken stop)
    {
        var start = new ProcessStartInfo(DotnetHost.Path, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment =
            {
                ["DOTNET_CLI_UI_LANGUAGE"] = "en",
                ["DOTNET_NOLOGO"] = "1",
                ["MSBUILDDISABLENODEREUSE"] = "1",
                ["NUGET_ENHANCED_MAX_NETWORK_TRY_COUNT"] = "2",
                // What lies above the temporary folder is none of the notebook's. In the project itself this would come too late.
                ["ImportDirectoryBuildProps"] = "false",
                ["ImportDirectoryBuildTargets"] = "false",
                ["ImportDirectoryPackagesProps"] = "false",
            },
        };
        try
        {
            using var process = Process.Start(start)!;
            using var end = stop.Register(() => process.Kill(entireProcessTree: true));
            process.StandardInput.Close();
            var said = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(CancellationToken.None), process.StandardError.ReadToEndAsync(CancellationToken.None));
            await process.WaitForExitAsync(CancellationToken.None);
            stop.ThrowIfCancellationRequested();
            return string.Concat(said).Trim();
        }
        catch (Win32Exception exception)
        {
            throw new PackageException($"Packages are restored by the .NET SDK, whose command {start.FileName} cannot be started ({exception.Message}): install the SDK.");
        }
    }

    private static void ThrowIfFailed(IReadOnlyList<PackageRequest> requests, JsonArray log, string said)
    {
        if (log.FirstOrDefault(entry => Text(entry!, "level") == "Error") is not { } error)
            return;
        var offline = log.Where(entry => unreachable.Contains(Text(entry!, "code"))).Select(entry => Source().Match(Text(entry!, "message")).Value).Where(source => source.Length > 0).Distinct().ToList();
        var name = Text(error, "libraryId");
        var package = requests.FirstOrDefault(request => request.Name.Equals(name, StringComparison.OrdinalIgnoreCase))?.ToString() ?? (name.Length > 0 ? name : Names(requests));
        var message = Text(error, "message");
        throw new PackageException(Text(error, "code") switch
        {
            "NU1101" or "NU1102" or "NU1103" or "NU1301" when offline.Count > 0 =>
                $"{package} is not available: {string.Join(" and ", offline)} cannot be reached, and the package folder {PackageFolder} has no such package. Run the cell once where there is a network, or copy that folder from a machine that has it.",
            "NU1101" => $"{package} is not available: no package of this name is served by {After(message, "source(s): ")}. Check the name.",
            "NU1102" when Nearest().Match(message) is { Success: true, Groups: var nearest } =>
                $"{package} is not available: there is no such version; the nearest is {nearest[1].Value}. Ask for that one.",
            "NU1103" => $"{package} is not available: there are only pre-releases. Ask for one by its version, or for the newest with \"*-*\".",
            "NU1605" when Downgrade().Match(message) is { Success: true, Groups: var change } =>
                $"{Names(requests)} cannot be loaded: {change["name"].Value} {change["from"].Value} is needed, and {change["to"].Value} is asked for or loaded already. Restart the kernel, and ask for all packages in one cell, in versions that go together.",
            "NU1202" => $"{package} cannot be used: it is not made for .NET {Environment.Version.Major}. Look for a newer version.",
            "NU1212" or "NU1213" => $"{package} cannot be used: it is a program and no library. Install it with: dotnet tool install {name}",
            var code => $"{package} cannot be restored: NuGet says \"{(message.Length > 0 ? message.ReplaceLineEndings(" ") : said)}\" ({code}).",
        });
    }

    private static IEnumerable<RestoredPackage> Packages(JsonNode assets)
    {
        string[] folders = [.. assets["packageFolders"]!.AsObject().Select(folder => folder.Key)];
        // The last target is that of this system, the first that of all systems.
        foreach (var (id, package) in assets["targets"]!.AsObject().Last().Value!.AsObject())
        {
            var path = assets["libraries"]![id]!["path"]!.GetValue<string>();
            var root = folders.Select(folder => Path.Combine(folder, path)).First(Directory.Exists);
            yield return new RestoredPackage(
                id[..id.IndexOf('/', StringComparison.Ordinal)],
                id[(id.IndexOf('/', StringComparison.Ordinal) + 1)..],
                Files(root, package!["runtime"]),
                Files(root, package["native"]),
                [.. (package["frameworkReferences"]?.AsArray() ?? []).Select(framework => framework!.GetValue<string>())]);
        }
    }

    // "_._" means: deliberately empty.
    private static string[] Files(string root, JsonNode? assets) =>
        [.. (assets?.AsObject() ?? []).Select(asset => Path.GetFullPath(Path.Combine(root, asset.Key))).Where(file => Path.GetFileName(file) != "_._")];

    private static string Names(IReadOnlyList<PackageRequest> requests) => string.Join(", ", requests);

    private static string Text(JsonNode entry, string property) => entry[property]?.GetValue<string>() ?? "";

    private static string After(string text, string mark) => text[(text.IndexOf(mark, StringComparison.Ordinal) + mark.Length)..].ReplaceLineEndings(" ").TrimEnd('.');

    [GeneratedRegex(@"(?<=source )\S+(?=\.\s|\.$)")]
    private static partial Regex Source();

    [GeneratedRegex(@"Nearest version: ([^ \]]+)")]
    private static partial Regex Nearest();

    [GeneratedRegex(@"downgrade: (?<name>\S+) from (?<from>\S+) to (?<to>\S+?)\.?(\s|$)")]
    private static partial Regex Downgrade();
}
