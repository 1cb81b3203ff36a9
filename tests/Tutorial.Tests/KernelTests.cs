using System.Diagnostics;
using System.Text.Json.Nodes;

namespace Tutorial.Tests;

public sealed class KernelTests : IDisposable
{
    private readonly TestRepository _repository = new();

    public void Dispose() => _repository.Dispose();

    private string Prefix => _repository.At("prefix");

    [Fact]
    public async Task The_installed_kernel_is_a_copy_of_the_build_that_jupyter_can_start()
    {
        Build();

        var (code, says) = await InstallAsync();

        var spec = Spec("anomalylab-csharp");
        Assert.Equal((0, $"The kernel is in {spec}. Choose \"C# (AnomalyLab)\", in VS Code under \"Jupyter Kernel…\". Where it is open already, restart it.\n"), (code, says.ReplaceLineEndings("\n")));
        var json = JsonNode.Parse(File.ReadAllText(Path.Combine(spec, "kernel.json")))!;
        var argv = json["argv"]!.AsArray().Select(word => word!.ToString()).ToArray();
        Assert.Equal([Path.Combine(spec, "bin", "NotebookKernel.dll"), "connect", "{connection_file}"], argv[1..]);
        Assert.True(File.Exists(argv[0]), $"There is no {argv[0]}.");
        Assert.Equal("built", File.ReadAllText(argv[1]));
        Assert.Equal("native", File.ReadAllText(Path.Combine(spec, "bin", "runtimes", "native.so")));
        Assert.Equal(("C#", "message", "C# (AnomalyLab)"), (json["language"]!.ToString(), json["interrupt_mode"]!.ToString(), json["display_name"]!.ToString()));
    }

    [Fact]
    public async Task Installing_again_replaces_the_copy_and_leaves_nothing_beside()
    {
        Build();
        await InstallAsync();
        File.WriteAllText(Path.Combine(Spec("anomalylab-csharp"), "bin", "old.dll"), "");

        Assert.Equal(0, (await InstallAsync()).Code);
        Assert.False(File.Exists(Path.Combine(Spec("anomalylab-csharp"), "bin", "old.dll")));
        Assert.Equal([Spec("anomalylab-csharp")], Directory.GetDirectories(Spec("")));
    }

    [Fact]
    public async Task Net_interactives_name_is_taken_where_it_is_free()
    {
        Build();

        Assert.Equal(0, (await InstallAsync("--name", ".net-csharp")).Code);
        Assert.Equal(".NET (C#)", JsonNode.Parse(File.ReadAllText(Path.Combine(Spec(".net-csharp"), "kernel.json")))!["display_name"]!.ToString());
        Assert.Equal(0, (await InstallAsync("--name", ".net-csharp")).Code);
    }

    [Theory]
    [InlineData("{\"argv\":[\"dotnet\",\"interactive\",\"jupyter\",\"{connection_file}\"],\"display_name\":\".NET (C#)\",\"language\":\"C#\"}")]
    [InlineData("not JSON")]
    public async Task Net_interactives_own_kernel_is_neither_overwritten_nor_removed(string json)
    {
        Build();
        Directory.CreateDirectory(Spec(".net-csharp"));
        var file = Path.Combine(Spec(".net-csharp"), "kernel.json");
        File.WriteAllText(file, json);

        foreach (var arguments in new string[][] { ["--name", ".net-csharp"], ["--name", ".net-csharp", "--remove"] })
        {
            var (code, says) = await InstallAsync(arguments);
            Assert.Equal(2, code);
            Assert.Contains($"{Spec(".net-csharp")} is another kernel, most likely .NET Interactive's, and stays as it is.", says);
        }

        Assert.Equal(json, File.ReadAllText(file));
    }

    [Fact]
    public async Task A_kernel_can_be_removed()
    {
        Build();
        await InstallAsync();

        Assert.Equal((0, $"The kernel in {Spec("anomalylab-csharp")} is removed."), Trimmed(await InstallAsync("--remove")));
        Assert.False(Directory.Exists(Spec("anomalylab-csharp")));
        Assert.Equal((0, $"There is no kernel {Spec("anomalylab-csharp")}; nothing was removed."), Trimmed(await InstallAsync("--remove")));
    }

    [Fact]
    public async Task A_missing_build_is_said_with_the_command_that_builds()
    {
        var (code, says) = await InstallAsync();

        Assert.Equal(2, code);
        Assert.Contains("The kernel is not built: ", says);
        Assert.Contains("dotnet build lib/NotebookKernel", says);
        Assert.False(Directory.Exists(Prefix));
    }

    [Fact]
    public async Task A_stale_build_is_said_with_the_source_that_is_newer()
    {
        var program = Build();
        File.SetLastWriteTimeUtc(program, DateTime.UtcNow.AddHours(-1));

        var (code, says) = await InstallAsync();

        Assert.Equal(2, code);
        Assert.Contains($"is older than {Path.Combine("lib", "NotebookKernel", "Program.cs")}. Run in the repository: dotnet build lib/NotebookKernel", says);
    }

    [Theory]
    [InlineData("--name ../x is no name for a kernel: use letters, digits, '.', '-' and '_'.", "--name", "../x")]
    [InlineData("--name .. is no name for a kernel", "--name", "..")]
    [InlineData("--user, --prefix and --sys-prefix exclude each other: give one of them.", "--user")]
    public async Task A_mistake_in_the_call_is_said_in_a_sentence(string sentence, params string[] arguments)
    {
        Build();

        var (code, says) = await InstallAsync(arguments);

        Assert.Equal(2, code);
        Assert.Contains(sentence, says);
    }

    [Fact]
    public async Task The_active_python_environment_is_asked_where_it_is()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The test's Python is a shell script.");
        Build();
        Directory.CreateDirectory(_repository.At("environment"));
        var python = _repository.At("environment", "python3");
        File.WriteAllText(python, $"#!/bin/sh\necho '{Prefix}'\n");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(python, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        using var process = Process.Start(new ProcessStartInfo("dotnet", [typeof(CommandLine).Assembly.Location, "kernel", "install", "--sys-prefix"])
        {
            WorkingDirectory = _repository.Root,
            RedirectStandardOutput = true,
            Environment = { ["PATH"] = $"{_repository.At("environment")}:{Environment.GetEnvironmentVariable("PATH")}" },
        })!;
        var says = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();

        Assert.True(process.ExitCode == 0, says);
        Assert.True(File.Exists(Path.Combine(Spec("anomalylab-csharp"), "kernel.json")));
    }

    private static (int, string) Trimmed((int Code, string Says) result) => (result.Code, result.Says.TrimEnd());

    private string Spec(string name) => Path.Combine(Prefix, "share", "jupyter", "kernels", name);

    private Task<(int Code, string Says)> InstallAsync(params string[] arguments) => _repository.InvokeAsync(["kernel", "install", "--prefix", Prefix, .. arguments], TestContext.Current.CancellationToken);

    private string Build()
    {
        var folder = _repository.At("artifacts", "bin", "NotebookKernel", "debug");
        Directory.CreateDirectory(Path.Combine(folder, "runtimes"));
        Directory.CreateDirectory(_repository.At("lib", "NotebookKernel"));
        File.WriteAllText(_repository.At("lib", "NotebookKernel", "Program.cs"), "");
        File.WriteAllText(Path.Combine(folder, "runtimes", "native.so"), "native");
        File.WriteAllText(Path.Combine(folder, "NotebookKernel.dll"), "built");
        File.SetLastWriteTimeUtc(Path.Combine(folder, "NotebookKernel.dll"), DateTime.UtcNow.AddMinutes(1));
        return Path.Combine(folder, "NotebookKernel.dll");
    }
}
