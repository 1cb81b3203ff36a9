using System.CommandLine;
using AnomalyLab.Data;
using Spectre.Console;
using Tutorial.Site;

namespace Tutorial.Data;

/// <summary>The verb <c>data</c>: install, verify and list categories of MVTec AD.</summary>
/// <param name="repository">The repository's folder.</param>
/// <param name="mvtecRoot">The folder with the categories, if it is not the repository's <c>data/mvtec</c>.</param>
/// <param name="console">Where to show it.</param>
internal sealed class DataCommand(string repository, string? mvtecRoot, IAnsiConsole console)
{
    private readonly Argument<FileInfo> _archive = new Argument<FileInfo>("ARCHIVE")
    {
        Description = "MVTec's bottle.tar.xz or mvtec_anomaly_detection.tar.xz.",
    }.AcceptExistingOnly();

    private readonly Option<string> _to = new("--to")
    {
        Description = "The folder to hold the categories.",
        HelpName = "DIR",
        DefaultValueFactory = _ => Path.Combine(repository, "data", "mvtec"),
    };

    private readonly Option<bool> _replace = new("--replace") { Description = "Replace a category that is there already." };

    private readonly Argument<string?> _category = new("CATEGORY")
    {
        Description = "The category to verify, by name or folder. All that are found if left out.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private string Root => string.IsNullOrEmpty(mvtecRoot) ? Path.Combine(repository, "data", "mvtec") : mvtecRoot;

    /// <summary>The command.</summary>
    public Command Create()
    {
        var install = new Command("install", "Install MVTec AD from its archive, checked, and whole or not at all.") { _archive, _to, _replace };
        install.SetAction((parsed, cancel) => InstallAsync(parsed.GetValue(_archive)!.FullName, parsed.GetValue(_to)!, parsed.GetValue(_replace), cancel));
        var verify = new Command("verify", "Check counts, images and masks, and list everything that is wrong.") { _category };
        verify.SetAction((parsed, cancel) => VerifyAsync(parsed.GetValue(_category), cancel));
        var list = new Command("list", "Show the categories that are there, where, and under which licence.");
        list.SetAction(_ => List());
        return new("data", "Install, verify or list the pictures.") { install, verify, list };
    }

    private async Task<int> InstallAsync(string archive, string target, bool replace, CancellationToken cancel)
    {
        var installed = await Working(report => MvtecArchive.Install(archive, target, replace, report, cancel));
        foreach (var category in installed)
            Line($"Installed {category.Name}: {Counts(category)}, in {category.Folder}.");
        Line($"MVTec AD, {DataNotice.Licence}.");
        return 0;
    }

    private async Task<int> VerifyAsync(string? category, CancellationToken cancel)
    {
        IReadOnlyList<string> folders = category is null ? CategoryCheck.FindCategories(Root)
            : Directory.Exists(category) ? [Path.TrimEndingDirectorySeparator(Path.GetFullPath(category))]
            : [Path.Combine(Root, category)];
        if (folders.Count == 0)
            throw new TutorialException($"There is no category in {Root}. Install one: data install ARCHIVE (data/README.md says where to get it).");

        var whole = true;
        foreach (var folder in folders)
        {
            var check = await Working(report => CategoryCheck.Verify(folder, new ProgressRelay<double>(part => report.Report(new($"checking {Path.GetFileName(folder)}", part))), cancel));
            whole &= check.IsWhole;
            Line($"{check.Name}: {Counts(check)}. {(check.IsWhole ? "Whole." : $"{check.Problems.Count} problems:")}");
            foreach (var problem in check.Problems)
                Line($"  {problem}");
        }
        return whole ? 0 : 1;
    }

    private int List()
    {
        string[] places = [Root, Path.Combine(repository, "artifacts", "data", "synthetic")];
        foreach (var folder in places.SelectMany(CategoryCheck.FindCategories))
        {
            var category = MvtecCategory.FromFolder(folder);
            Line($"{category.Name} ({(category.IsSynthetic ? "synthetic" : "MVTec AD")}): {category.Train.Count} train, "
                + $"{category.Test.Count(sample => sample.IsGood)} good test, {category.Test.Count(sample => !sample.IsGood)} bad ({string.Join(", ", category.Defects)}), in {category.Folder}");
        }
        if (CategoryCheck.FindCategories(Root).Count == 0)
            Line(string.IsNullOrEmpty(mvtecRoot)
                ? $"MVTec AD is not in {Root}: the course draws synthetic bottles instead. data/README.md says where to get the archive for data install ARCHIVE."
                : $"MVTEC_AD_ROOT is {mvtecRoot}, but there is no category in it: set it to the folder that holds bottle, or unset it.");
        Line("");
        Line($"MVTec AD's licence: {DataNotice.Licence}.");
        Line($"To cite: {DataNotice.Citation}");
        return 0;
    }

    private static string Counts(CategoryCheck check) => $"{check.Train} train, {check.GoodTest} good test, {check.Bad} bad";

    private Task<T> Working<T>(Func<IProgress<InstallProgress>, T> work) =>
        new LongWork(console).RunAsync<InstallProgress, T>(value => (value.Activity, value.Fraction), work);

    private void Line(string text) => console.Profile.Out.Writer.WriteLine(text);
}
