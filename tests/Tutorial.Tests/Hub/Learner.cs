using System.Diagnostics;

namespace Tutorial.Tests.Hub;

/// <summary>Somebody with an account on the machine.</summary>
/// <param name="Name">The account's name.</param>
/// <param name="Homes">The folder of all home directories.</param>
internal sealed record Learner(string Name, string Homes)
{
    public string Password { get; } = Guid.NewGuid().ToString("N");

    public string Home => Path.Combine(Homes, Name);

    public string Output => Path.Combine(Home, "anomalylab", "output");

    /// <summary>The learner's running processes.</summary>
    public IReadOnlyList<Process> Processes()
    {
        var account = File.ReadLines("/etc/passwd").FirstOrDefault(line => line.StartsWith(Name + ":", StringComparison.Ordinal));
        return account is null ? [] : [.. Process.GetProcesses().Where(process => OwnerOf(process) == account.Split(':')[2])];
    }

    /// <summary>The learner's running kernels.</summary>
    public IReadOnlyList<Process> Kernels() => [.. Processes().Where(process => ReadOf(process, "cmdline").Contains("NotebookKernel.dll", StringComparison.Ordinal))];

    private static string? OwnerOf(Process process) =>
        ReadOf(process, "status").Split('\n').FirstOrDefault(line => line.StartsWith("Uid:", StringComparison.Ordinal))?.Split('\t')[1];

    private static string ReadOf(Process process, string file)
    {
        try
        {
            return File.ReadAllText($"/proc/{process.Id}/{file}");
        }
        catch (IOException)
        {
            return ""; // ended meanwhile
        }
    }
}
