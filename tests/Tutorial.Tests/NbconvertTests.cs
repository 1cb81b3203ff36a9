using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using AnomalyLab.Data;

namespace Tutorial.Tests;

/// <summary>The course's own notebooks in Jupyter, with the kernel that the course installs.</summary>
public sealed partial class NbconvertTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("anomalylab-");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public async Task All_notebooks_run_in_jupyter()
    {
        Assert.SkipUnless(await HasNbconvertAsync(), "jupyter-nbconvert is not installed (Debian's package jupyter-nbconvert).");
        SyntheticBottles.Draw(At("mvtec", "bottle"), new SyntheticOptions { Size = 96 });
        var says = new StringWriter();
        var installed = await new CommandLine(CourseFolders.Repository, null, TestRepository.ConsoleOn(says), TimeProvider.System)
            .InvokeAsync(["kernel", "install", "--prefix", At("prefix")], TestContext.Current.CancellationToken);
        Assert.True(installed == 0, says.ToString());
        string[] notebooks = [.. Directory.GetFiles(Path.Combine(CourseFolders.Repository, "notebooks"), "*.ipynb").Order(StringComparer.Ordinal).Select(CopySmall)];

        var (code, log) = await RunAsync(["--to", "notebook", "--execute", "--ExecutePreprocessor.kernel_name=anomalylab-csharp", "--output-dir", At("executed"), .. notebooks]);

        Assert.True(code == 0, log);
        var executed = notebooks.Select(notebook => JsonNode.Parse(File.ReadAllText(At("executed", Path.GetFileName(notebook))))!).ToList();
        Assert.All(executed, notebook => Assert.NotEmpty(Outputs(notebook)));
        Assert.NotEmpty(Directory.GetFiles(At("output", "models"), "*.safetensors"));
        // The bar has moved in place: what is stored is its last state, once.
        Assert.Single(Outputs(executed[3]), output => output["output_type"]!.ToString() == "display_data");
    }

    private static IEnumerable<JsonNode> Outputs(JsonNode notebook) =>
        notebook["cells"]!.AsArray().SelectMany(cell => cell!["outputs"]?.AsArray() ?? []).Select(output => output!);

    /// <summary>Copies a notebook with one epoch of tiny pictures.</summary>
    private string CopySmall(string notebook)
    {
        var text = File.ReadAllText(notebook).Replace("../artifacts/lib/", CourseFolders.Repository.Replace('\\', '/') + "/artifacts/lib/", StringComparison.Ordinal);
        text = ImageSize().Replace(Epochs().Replace(text, "var epochs = 1;"), "var imageSize = 32;");
        var copy = At("notebooks", Path.GetFileName(notebook));
        Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
        File.WriteAllText(copy, text);
        return copy;
    }

    private static async Task<bool> HasNbconvertAsync()
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo("jupyter-nbconvert", "--version") { RedirectStandardOutput = true, RedirectStandardError = true })!;
            await process.WaitForExitAsync();
            return process.ExitCode == 0;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }

    private async Task<(int Code, string Log)> RunAsync(string[] arguments)
    {
        var start = new ProcessStartInfo("jupyter-nbconvert", arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["MVTEC_AD_ROOT"] = At("mvtec"), ["ANOMALYLAB_OUTPUT"] = At("output"), ["JUPYTER_PATH"] = At("prefix", "share", "jupyter") },
        };
        using var process = Process.Start(start)!;
        var said = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return (process.ExitCode, string.Join('\n', said));
    }

    private string At(params string[] parts) => Path.Combine([folder.FullName, .. parts]);

    [GeneratedRegex(@"var epochs = \d+;")]
    private static partial Regex Epochs();

    [GeneratedRegex(@"var imageSize = \d+;")]
    private static partial Regex ImageSize();
}
