using System.Text.Json.Nodes;

namespace Tutorial.Kit;

/// <summary>The packages that a restore has fetched, for every system, as <c>.nupkg</c> files.</summary>
internal static class RestoredPackages
{
    /// <summary>Every package that a project or a tool of the repository asks for.</summary>
    /// <param name="repository">The repository's folder, restored.</param>
    /// <exception cref="TutorialException">A package's file is missing.</exception>
    public static IReadOnlyList<string> Of(string repository)
    {
        var projects = Directory.GetFiles(Path.Combine(repository, "artifacts", "obj"), "project.assets.json", SearchOption.AllDirectories)
            .Select(file => JsonNode.Parse(File.ReadAllText(file))!).ToArray();
        string[] folders = [.. projects.SelectMany(project => project["packageFolders"]!.AsObject().Select(folder => folder.Key)).Distinct()];
        var asked = projects.SelectMany(project => Libraries(project).Concat(Downloads(project))).Concat(Tools(repository));
        return [.. asked.Distinct().Order().Select(package => FileOf(package.Name, package.Version, folders))];
    }

    private static IEnumerable<(string Name, string Version)> Libraries(JsonNode project) =>
        from library in project["libraries"]!.AsObject()
        where (string?)library.Value!["type"] == "package"
        let parts = library.Key.Split('/')
        select (parts[0].ToLowerInvariant(), parts[1].ToLowerInvariant());

    // Packages of which only files are wanted: [1.2.3, 1.2.3].
    private static IEnumerable<(string Name, string Version)> Downloads(JsonNode project) =>
        from framework in project["project"]!["frameworks"]!.AsObject()
        from download in framework.Value!["downloadDependencies"]?.AsArray() ?? []
        select (((string)download!["name"]!).ToLowerInvariant(), ((string)download["version"]!).Trim('[', ']').Split(',')[0].ToLowerInvariant());

    private static IEnumerable<(string Name, string Version)> Tools(string repository) =>
        from tool in JsonNode.Parse(File.ReadAllText(Path.Combine(repository, ".config", "dotnet-tools.json")))!["tools"]!.AsObject()
        select (tool.Key.ToLowerInvariant(), ((string)tool.Value!["version"]!).ToLowerInvariant());

    private static string FileOf(string name, string version, string[] folders) =>
        folders.Select(folder => Path.Combine(folder, name, version, $"{name}.{version}.nupkg")).FirstOrDefault(File.Exists)
            ?? throw new TutorialException($"The package {name} {version} is restored, but its file is not in {string.Join(" or ", folders)}. Delete its folder there, and try again.");
}
