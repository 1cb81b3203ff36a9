using Tutorial.Doctor;

namespace Tutorial.Kit;

/// <summary>What <c>doctor --kit</c> looks at besides the machine.</summary>
/// <param name="folder">The kit's folder.</param>
internal sealed class KitChecks(string folder)
{
    private static readonly (string What, string[] Files)[] installers =
    [
        (".NET SDK", ["dotnet-sdk-*"]),
        ("VS Code", ["code_*.deb", "VSCode*"]),
        ("Jupyter extension", ["ms-toolsai.jupyter*.vsix"]),
    ];

    /// <summary>Makes all checks, one after the other.</summary>
    /// <param name="cancel">Ends them early.</param>
    public IEnumerable<CheckResult> Run(CancellationToken cancel)
    {
        const string subject = "kit";
        if (!File.Exists(Path.Combine(folder, Checksums.FileName)))
        {
            yield return new(subject, CheckState.Fail, $"{Path.GetFullPath(folder)} is no kit: it has no {Checksums.FileName}. Name the folder that holds START.html.");
            yield break;
        }

        var wrong = Checksums.Wrong(folder, cancel);
        yield return wrong.Count == 0
            ? new(subject, CheckState.Ok, "whole: every file is as it was made.")
            : new(subject, CheckState.Fail, $"{wrong.Count} files are missing or damaged, such as {wrong[0]}. Copy the kit again.");

        foreach (var (what, files) in installers)
        {
            var found = files.SelectMany(pattern => Directory.EnumerateFiles(Path.Combine(folder, WorkshopKit.Installers), pattern)).Select(Path.GetFileName).Order().ToArray();
            yield return found.Length > 0
                ? new($"kit, {what}", CheckState.Ok, $"{string.Join(", ", found)}.")
                : new($"kit, {what}", CheckState.Warning, $"is not in {WorkshopKit.Installers}. Whoever has it installed needs nothing; for the others {WorkshopKit.Installers}/README.md says where to get it.");
        }
    }
}
