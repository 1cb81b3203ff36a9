using System.Diagnostics;
using System.Text;

namespace FastTorch.Tests;

/// <summary>Runs one of these tests in a process of its own, where libtorch is not loaded yet and nothing was changed.</summary>
internal static class ChildProcess
{
    private const string Variable = "FASTTORCH_TEST_CHILD";

    public static bool IsChild => Environment.GetEnvironmentVariable(Variable) is not null;

    /// <summary>In the child, for the parent.</summary>
    public static void Tell(object text) => File.AppendAllText(Environment.GetEnvironmentVariable(Variable)!, $"{text}\n");

    /// <summary>Runs an explicit test, which must pass, and returns what it told.</summary>
    /// <param name="type">Its class.</param>
    /// <param name="test">Its name.</param>
    /// <param name="environment">Environment variables to set.</param>
    public static string Run(Type type, string test, params (string Name, string Value)[] environment)
    {
        var told = Path.GetTempFileName();
        var start = new ProcessStartInfo(Environment.ProcessPath!, ["--explicit", "only", "--filter-method", $"{type.FullName}.{test}"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { [Variable] = told },
        };
        start.Environment.Remove("OMP_NUM_THREADS");
        start.Environment.Remove(Startup.Switch);
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var output = new StringBuilder();
        process.OutputDataReceived += (_, line) => output.AppendLine(line.Data);
        process.ErrorDataReceived += (_, line) => output.AppendLine(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        process.WaitForExit();
        var text = File.ReadAllText(told);
        File.Delete(told);
        Assert.True(process.ExitCode == 0, $"{test} ended with exit code {process.ExitCode}: {output}");
        return text;
    }
}
