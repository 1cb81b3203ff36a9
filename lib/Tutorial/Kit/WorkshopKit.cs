using System.Diagnostics;
using System.Reflection;
using Markdig;
using Spectre.Console;

namespace Tutorial.Kit;

/// <summary>
/// A folder to carry into a room without internet. <c>AnomalyLab</c> is the repository, with the drawn bottles, the trained
/// models and the site in it; <c>packages</c> is what it restores; <c>installers</c> is for what may not be passed on.
/// </summary>
/// <param name="repository">The repository's folder, a Git checkout.</param>
/// <param name="console">Where to show what happens.</param>
internal sealed class WorkshopKit(string repository, IAnsiConsole console)
{
    /// <summary>The folders of the kit.</summary>
    public const string Course = "AnomalyLab", Packages = "packages", Installers = "installers";

    /// <summary>Builds of this machine and caches, which the kit does not carry.</summary>
    private static readonly string[] kept = ["course", "data"];

    /// <summary>
    /// Makes the kit, whole or not at all. The course is built and run in it, from its own packages alone, so what it carries
    /// is known to be enough.
    /// </summary>
    /// <param name="folder">The kit's folder, which must not exist.</param>
    /// <param name="courseArguments">Arguments for the run of the course; none for its defaults.</param>
    /// <param name="cancel">Ends it early, with nothing left.</param>
    /// <returns>The exit code.</returns>
    /// <exception cref="TutorialException">The folder exists, or the repository is no Git checkout.</exception>
    public async Task<int> MakeAsync(string folder, IReadOnlyList<string> courseArguments, CancellationToken cancel)
    {
        folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        if (Path.Exists(folder))
            throw new TutorialException($"{folder} exists. Choose a folder that does not, or move it away.");

        var partial = folder + ".partial";
        try
        {
            if (Directory.Exists(partial))
                Directory.Delete(partial, recursive: true);
            var course = Path.Combine(partial, Course);
            Line("1 of 4: the repository and its packages");
            await CopyRepositoryAsync(course, cancel);
            await CopyPackagesAsync(partial, cancel);

            Line("2 of 4: the course, built from these packages alone and run in both languages; this takes about a quarter of an hour");
            await RunCourseAsync(course, courseArguments, cancel);
            foreach (var built in Directory.EnumerateDirectories(Path.Combine(course, "artifacts")).Where(built => !kept.Contains(Path.GetFileName(built))))
                Directory.Delete(built, recursive: true);

            Line("3 of 4: what to do with it");
            WritePages(partial);

            Line("4 of 4: checksums");
            await new LongWork(console).RunAsync<double, int>(fraction => ("checksums", fraction), report =>
            {
                Checksums.Write(partial, report, cancel);
                return 0;
            });
            Directory.Move(partial, folder);
        }
        finally
        {
            if (Directory.Exists(partial))
                Directory.Delete(partial, recursive: true);
        }

        var files = new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories).ToArray();
        Line($"{folder}: {files.Length:N0} files, {files.Sum(file => file.Length) / 1e9:0.0} GB. Begin with START.html.");
        Line($"Put what {Path.Combine(Installers, "README.md")} lists into {Path.Combine(folder, Installers)}, and check it: doctor --kit {folder}");
        return 0;
    }

    private async Task CopyRepositoryAsync(string course, CancellationToken cancel)
    {
        var listed = await Tool.RunAsync("git", ["ls-files", "-z"], repository, cancel);
        if (listed.Code != 0)
            throw new TutorialException($"{repository} is no Git checkout, so it is not known which files belong to the course. Clone it, and make the kit there.");
        foreach (var file in listed.Output.Split('\0', StringSplitOptions.RemoveEmptyEntries).Where(file => File.Exists(Path.Combine(repository, file))))
            Copy(Path.Combine(repository, file), Path.Combine(course, file));
        await File.WriteAllTextAsync(Path.Combine(course, "nuget.config"), $"""
            <configuration>
              <packageSources>
                <clear />
                <add key="kit" value="../{Packages}" />
              </packageSources>
            </configuration>
            """, cancel);
    }

    private async Task CopyPackagesAsync(string kit, CancellationToken cancel)
    {
        foreach (var restore in new string[][] { ["restore", "AnomalyLab.slnx"], ["tool", "restore"] })
        {
            var restored = await Tool.RunAsync("dotnet", restore, repository, cancel);
            if (restored.Code != 0)
                throw new TutorialException($"dotnet {string.Join(' ', restore)} failed, so the packages cannot be had: {restored.Output.Trim()}");
        }
        foreach (var package in RestoredPackages.Of(repository))
            Copy(package, Path.Combine(kit, Packages, Path.GetFileName(package)));
    }

    private static async Task RunCourseAsync(string course, IReadOnlyList<string> arguments, CancellationToken cancel)
    {
        var packages = Directory.CreateTempSubdirectory("anomalylab-kit-");
        try
        {
            foreach (var language in new[] { "en", "ja" })
            {
                var start = new ProcessStartInfo("dotnet", ["run", "--project", "lib/Tutorial", "--", "run", "--language", language, .. arguments]) { WorkingDirectory = course };
                start.Environment["NUGET_PACKAGES"] = packages.FullName; // so that nothing comes from this machine's own
                foreach (var name in new[] { "MVTEC_AD_ROOT", "ANOMALYLAB_OUTPUT" })
                    start.Environment.Remove(name);
                var code = await Tool.ShowAsync(start, cancel);
                if (code != 0)
                    throw new TutorialException($"The course failed in the kit (exit code {code}; see above), so there is no kit.");
            }
        }
        finally
        {
            packages.Delete(recursive: true);
        }
    }

    private static void WritePages(string kit)
    {
        foreach (var (name, page) in new[] { ("start.md", "START.html"), ("start.ja.md", "START.ja.html") })
        {
            var body = Markdown.ToHtml(Text(name), new MarkdownPipelineBuilder().UsePipeTables().Build());
            var language = name.Contains(".ja.", StringComparison.Ordinal) ? "ja" : "en";
            File.WriteAllText(Path.Combine(kit, page), $"""
                <!doctype html><html lang="{language}"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>AnomalyLab</title>
                <style>:root {"{"} color-scheme: light dark {"}"} body {"{"} font: 17px/1.6 system-ui, sans-serif; max-width: 46em; margin: 2em auto; padding: 0 1em {"}"} pre {"{"} overflow-x: auto {"}"} td, th {"{"} text-align: left; padding: .2em .8em .2em 0; vertical-align: top {"}"}</style>
                {body}</html>
                """);
        }
        Directory.CreateDirectory(Path.Combine(kit, Installers));
        File.WriteAllText(Path.Combine(kit, Installers, "README.md"), Text("installers.md"));
        File.WriteAllText(Path.Combine(kit, Installers, "README.ja.md"), Text("installers.ja.md"));
    }

    private static string Text(string name)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name)!;
        return new StreamReader(stream).ReadToEnd();
    }

    private static void Copy(string from, string to)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(to)!);
        File.Copy(from, to);
    }

    private void Line(string text) => console.Profile.Out.Writer.WriteLine(text);
}
