using AnomalyLab.Data;

namespace AnomalyLab.Tests.Data;

public sealed class ResultPlaceTests : IDisposable
{
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_place_that_is_fine_is_made_and_left_empty()
    {
        ResultPlace.CheckFile(Path.Combine(folder.Path, "models", "mine.safetensors"));
        ResultPlace.CheckFolder(Path.Combine(folder.Path, "report"), folder.File("pictures"));
        Assert.Equal(["models", "report"], Directory.GetFileSystemEntries(folder.Path).Select(Path.GetFileName).Order());
        Assert.Empty(Directory.GetFiles(folder.Path, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public void A_folder_for_a_file_a_file_for_a_folder_and_a_place_below_a_file_are_refused()
    {
        File.WriteAllText(folder.File("taken"), "");
        Assert.StartsWith($"{folder.Path} is a folder", Assert.Throws<IOException>(() => ResultPlace.CheckFile(folder.Path)).Message);
        Assert.StartsWith($"{folder.File("taken")} is a file", Assert.Throws<IOException>(() => ResultPlace.CheckFolder(folder.File("taken"), folder.File("pictures"))).Message);
        var below = Path.Combine(folder.Path, "taken", "mine.safetensors");
        Assert.StartsWith($"{below} cannot be written", Assert.Throws<IOException>(() => ResultPlace.CheckFile(below)).Message);
    }

    [Fact]
    public void A_folder_of_results_among_the_pictures_is_refused()
    {
        var inside = folder.File("pictures", "report");
        Assert.StartsWith($"{inside} lies in", Assert.Throws<IOException>(() => ResultPlace.CheckFolder(inside, folder.File("pictures"))).Message);
        Assert.False(Directory.Exists(inside), "it was made all the same");
        ResultPlace.CheckFolder(folder.File("pictures2"), folder.File("pictures"));
    }

    [Fact]
    public void A_file_with_as_long_a_name_as_there_can_be_is_written()
    {
        var path = folder.File(new string('瓶', 80) + ".bin");
        AtomicFile.Write(path, file => file.WriteByte(7));
        Assert.Equal([7], File.ReadAllBytes(path));
        Assert.Single(Directory.GetFiles(folder.Path));
    }
}
