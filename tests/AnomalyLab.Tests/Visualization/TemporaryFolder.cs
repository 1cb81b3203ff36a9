namespace AnomalyLab.Tests.Visualization;

internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("anomalylab-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
