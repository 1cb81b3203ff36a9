using AnomalyLab.Data;

namespace AnomalyLab.Tests.Data;

public sealed class AtomicFileTests : IDisposable
{
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void What_a_killed_process_left_is_cleared_but_not_what_somebody_is_writing_nor_another_file_s()
    {
        var path = folder.File("model.safetensors");
        string left = $"{path}.1.partial", written = $"{path}.2.partial", others = folder.File("other.safetensors.3.partial");
        foreach (var file in new[] { left, others })
            File.WriteAllText(file, "half");
        using (File.Create(written))
        {
            AtomicFile.ClearLeftovers(path);
            Assert.Equal([written, others], new[] { left, written, others }.Where(File.Exists));
        }

        AtomicFile.ClearLeftovers(path);
        Assert.False(File.Exists(written));
    }

    [Fact]
    public void A_folder_that_is_not_there_has_nothing_left_over() => AtomicFile.ClearLeftovers(folder.File("sub", "x") + "/none/x");
}
