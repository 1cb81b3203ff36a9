using System.Diagnostics;
using AnomalyLab.Course;
using Tutorial.Doctor;

namespace Tutorial.Tests;

public sealed class DoctorTests : IDisposable
{
    private readonly TestRepository _repository = new();

    public void Dispose() => _repository.Dispose();

    [Fact]
    public async Task A_library_that_is_not_built_is_found_with_the_command_that_builds_it()
    {
        var (code, says) = await _repository.InvokeAsync("doctor");

        Assert.Equal(1, code);
        Assert.Contains("fail     library: ", says);
        Assert.Contains("dotnet build lib/AnomalyLab", says);
        Assert.Contains("ok       data: no MVTec AD", says);
        Assert.EndsWith("The course cannot run yet: mend what failed.\n", says.ReplaceLineEndings("\n"));
    }

    [Fact]
    public async Task An_sdk_that_is_not_installed_is_found()
    {
        File.WriteAllText(_repository.At("global.json"), """{ "sdk": { "version": "99.0.100", "rollForward": "disable" } }""");

        Assert.Contains("fail     .NET SDK: global.json asks for 99.0.100", (await _repository.InvokeAsync("doctor")).Says);
    }

    [Fact]
    public async Task In_this_repository_libtorch_computes_in_a_notebook()
    {
        var findings = await FindAsync(CourseFolders.Repository, null);

        Assert.Matches("^computes in a notebook, on (cpu|cuda|mps)", findings["libtorch"].Sentence);
        Assert.Equal(CheckState.Ok, findings["libtorch"].State);
    }

    [Theory]
    [InlineData("ms-python.python-2026.1.0", "warning  editors: VS Code has no Jupyter extension, without which it runs no cell. Install it: code --install-extension ms-toolsai.jupyter")]
    [InlineData("ms-toolsai.jupyter-2026.6.0", ", VS Code's Jupyter extension.")]
    public async Task VS_Code_without_its_jupyter_extension_is_found(string extension, string sentence)
    {
        Directory.CreateDirectory(_repository.At("home", ".vscode", "extensions", extension));
        Directory.CreateDirectory(_repository.At("data", "kernels", "anomalylab-csharp"));
        using var process = Process.Start(new ProcessStartInfo("dotnet", [typeof(CommandLine).Assembly.Location, "doctor"])
        {
            WorkingDirectory = _repository.Root,
            RedirectStandardOutput = true,
            Environment = { ["HOME"] = _repository.At("home"), ["USERPROFILE"] = _repository.At("home"), ["JUPYTER_DATA_DIR"] = _repository.At("data"), ["DOTNET_CLI_HOME"] = _repository.Root },
        })!;

        Assert.Contains(sentence, await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken));
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_root_without_bottles_is_a_failure() =>
        Assert.Contains("there is no category bottle in it", (await FindAsync(_repository.Root, _repository.Root))["data"].Sentence);

    private static async Task<Dictionary<string, CheckResult>> FindAsync(string repository, string? mvtecRoot)
    {
        var findings = new Dictionary<string, CheckResult>();
        await foreach (var finding in new MachineChecks(repository, mvtecRoot, TimeProvider.System).RunAsync(TestContext.Current.CancellationToken))
            findings.Add(finding.Subject, finding);
        return findings;
    }
}
