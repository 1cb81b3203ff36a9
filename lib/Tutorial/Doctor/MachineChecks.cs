using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using AnomalyLab.Data;
using NotebookKernel.Notebooks;
using NotebookKernel.Running;
using Tutorial.Kernels;
using Tutorial.Running;

namespace Tutorial.Doctor;

/// <summary>The checks of <c>doctor</c>. None of them needs a network, and none changes anything outside <c>artifacts</c>.</summary>
/// <param name="repository">The repository's folder.</param>
/// <param name="mvtecRoot">What <c>MVTEC_AD_ROOT</c> says.</param>
/// <param name="time">The clock.</param>
internal sealed class MachineChecks(string repository, string? mvtecRoot, TimeProvider time)
{
    private const string BuildIt = "Run in the repository: dotnet build lib/AnomalyLab";

    private string Library => Path.Combine(repository, "artifacts", "lib", "AnomalyLab.dll");

    /// <summary>Makes all checks, one after the other.</summary>
    /// <param name="cancel">Ends them early.</param>
    public async IAsyncEnumerable<CheckResult> RunAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        yield return await SdkAsync(cancel);
        yield return CheckLibrary();
        yield return await TorchAsync(cancel);
        yield return CheckData();
        yield return Disk();
        yield return Processor();
        yield return Editors();
    }

    private async Task<CheckResult> SdkAsync(CancellationToken cancel)
    {
        const string subject = ".NET SDK";
        var wanted = (string)JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(repository, "global.json"), cancel))!["sdk"]!["version"]!;
        try
        {
            using var dotnet = Process.Start(new ProcessStartInfo("dotnet", "--version") { WorkingDirectory = repository, RedirectStandardOutput = true, RedirectStandardError = true })!;
            var complaints = dotnet.StandardError.ReadToEndAsync(cancel);
            var version = (await dotnet.StandardOutput.ReadToEndAsync(cancel)).Trim();
            await dotnet.WaitForExitAsync(cancel);
            return dotnet.ExitCode == 0
                ? new(subject, CheckState.Ok, $"{version} (global.json asks for {wanted} or a later patch).")
                : new(subject, CheckState.Fail, $"global.json asks for {wanted} or a later patch, which is not installed. Get it from https://dotnet.microsoft.com/download/dotnet. {(await complaints).Trim()}");
        }
        catch (Win32Exception)
        {
            return new(subject, CheckState.Fail, $"The command dotnet is not found. Install SDK {wanted} from https://dotnet.microsoft.com/download/dotnet.");
        }
    }

    private CheckResult CheckLibrary()
    {
        const string subject = "library";
        if (!File.Exists(Library))
            return new(subject, CheckState.Fail, $"{Library} is not built, so the notebooks' #r finds nothing. {BuildIt}");
        var built = File.GetLastWriteTimeUtc(Library);
        var newer = Directory.EnumerateFiles(Path.Combine(repository, "lib", "AnomalyLab"), "*.cs", SearchOption.AllDirectories).FirstOrDefault(file => File.GetLastWriteTimeUtc(file) > built);
        return newer is null
            ? new(subject, CheckState.Ok, $"built {built.ToLocalTime():d MMMM yyyy, HH:mm}, no source is newer.")
            : new(subject, CheckState.Warning, $"older than {Path.GetRelativePath(repository, newer)}. {BuildIt}");
    }

    private async Task<CheckResult> TorchAsync(CancellationToken cancel)
    {
        const string subject = "libtorch";
        if (!File.Exists(Library))
            return new(subject, CheckState.Fail, $"cannot be tried before the library is built. {BuildIt}");
        var folder = Path.Combine(repository, "artifacts", "doctor");
        Directory.CreateDirectory(folder);
        var (notebook, executed) = (Path.Combine(folder, "check.ipynb"), Path.Combine(folder, "checked.ipynb"));
        await File.WriteAllTextAsync(notebook, Generate("""
            #r "../lib/AnomalyLab.dll"
            using TorchSharp;
            Console.Write(torch.ones(2, 3, device: AnomalyLab.Models.Compute.Device).sum().item<float>() == 6 ? AnomalyLab.Models.Compute.Device : "wrong sums");
            """), cancel);
        File.Delete(executed);
        var outcome = await new NotebookProcess(NotebookProcess.Kernel, folder, "en", time).ExecuteAsync(notebook, executed, [], TimeSpan.FromMinutes(2), _ => { }, cancel);
        cancel.ThrowIfCancellationRequested();
        if (outcome.Status != NotebookStatus.Ok)
            return new(subject, CheckState.Fail, $"does not work in a notebook ({outcome.Failure?.Error.Message ?? outcome.Complaint ?? Words.Of(outcome.Status)}). environment.md lists the causes by symptom; after mending, build again: dotnet build lib/AnomalyLab --no-incremental");
        var device = string.Concat(Notebook.Load(executed).Cells.SelectMany(cell => cell.Outputs).OfType<StreamOutput>().Where(output => !output.IsError).Select(output => output.Text)).Trim();
        return new(subject, CheckState.Ok, $"computes in a notebook, on {device}.");
    }

    private CheckResult CheckData()
    {
        const string subject = "data";
        var bottle = Path.Combine(string.IsNullOrEmpty(mvtecRoot) ? Path.Combine(repository, "data", "mvtec") : mvtecRoot, "bottle");
        if (CategoryCheck.IsCategory(bottle))
            return new(subject, CheckState.Ok, $"MVTec AD's bottle in {bottle}.");
        return string.IsNullOrEmpty(mvtecRoot)
            ? new(subject, CheckState.Ok, $"no MVTec AD in {Path.GetDirectoryName(bottle)}: the course draws synthetic bottles. data/README.md says how to get the real ones.")
            : new(subject, CheckState.Fail, $"MVTEC_AD_ROOT is {mvtecRoot}, but there is no category bottle in it. Set it to the folder that holds bottle, or unset it.");
    }

    private CheckResult Disk()
    {
        var free = new DriveInfo(repository).AvailableFreeSpace / 1e9;
        var sentence = $"{free:0.0} GB free where the course is";
        return free >= 2
            ? new("disk", CheckState.Ok, $"{sentence}.")
            : new("disk", free >= 0.5 ? CheckState.Warning : CheckState.Fail, $"{sentence}; libtorch, the pictures and the results want 2 GB. Make room.");
    }

    private static CheckResult Processor()
    {
        var memory = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 1e9;
        var sentence = $"{Environment.ProcessorCount} cores, {memory:0.0} GB of memory";
        return memory >= 4 && Environment.ProcessorCount >= 2
            ? new("processor", CheckState.Ok, $"{sentence}.")
            : new("processor", CheckState.Warning, $"{sentence}: the course runs, but slowly. Close other programs, or set smaller parameters: --set epochs=5");
    }

    private CheckResult Editors()
    {
        const string subject = "editors";
        const string installIt = "dotnet run --project lib/Tutorial -- kernel install";
        var extensions = Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".vscode", "extensions");
        var (jupyter, polyglot) = (Has("ms-toolsai.jupyter"), Has("ms-dotnettools.dotnet-interactive-vscode"));
        KernelSpec[] kernels = [.. JupyterFolders.Machine.Prepend(JupyterFolders.User)
            .SelectMany(folder => new[] { KernelCommand.DefaultName, KernelSpec.InteractiveName }, (folder, name) => new KernelSpec(Path.Combine(folder, name)))
            .Where(kernel => kernel.Exists)];
        if (new KernelBuild(repository).Newest is { } build && kernels.FirstOrDefault(kernel => kernel.IsOurs && kernel.IsOlderThan(build)) is { } old)
            return new(subject, CheckState.Warning, $"the kernel in {old.Folder} is older than the one that is built here. Install it again: {installIt}");
        if (kernels.Length == 0 && !polyglot)
            return new(subject, CheckState.Warning, $"no kernel for C# notebooks is found. The course runs without; to open the notebooks: {installIt}");
        if (Directory.Exists(extensions) && !jupyter && !polyglot)
            return new(subject, CheckState.Warning, "VS Code has no Jupyter extension, without which it runs no cell. Install it: code --install-extension ms-toolsai.jupyter");
        var found = kernels.Select(kernel => $"the kernel {kernel.DisplayName}").Concat(jupyter ? ["VS Code's Jupyter extension"] : []).Concat(polyglot ? ["Polyglot Notebooks"] : []);
        return new(subject, CheckState.Ok, $"{string.Join(", ", found)}.");

        bool Has(string extension) => Directory.Exists(extensions) && Directory.EnumerateDirectories(extensions, extension + "-*").Any();
    }

    private static string Generate(string code) => JsonSerializer.Serialize(new
    {
        cells = new[] { new { cell_type = "code", id = "check", execution_count = (int?)null, metadata = new { }, outputs = Array.Empty<object>(), source = code } },
        metadata = new { kernelspec = new { display_name = ".NET (C#)", language = "C#", name = ".net-csharp" } },
        nbformat = 4,
        nbformat_minor = 5,
    });
}
