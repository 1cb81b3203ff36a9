namespace NotebookKernel.Tests;

/// <summary>A folder of its own for each test.</summary>
public sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("notebook-kernel-").FullName;

    public string this[string name] => System.IO.Path.Combine(Path, name);

    public string Write(string name, string text)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(this[name])!);
        File.WriteAllText(this[name], text);
        return this[name];
    }

    // Libraries that a session has loaded stay open on Windows; the system clears its own temporary folder.
    public void Dispose()
    {
        if (!OperatingSystem.IsWindows())
            Directory.Delete(Path, recursive: true);
    }
}
