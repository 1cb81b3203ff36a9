using AnomalyLab.Data;

namespace AnomalyLab.Tests.Data;

public sealed class PictureFolderTests : IDisposable
{
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Pictures_are_found_in_folders_below_in_order_and_whatever_their_names_end_in()
    {
        Files("b.JPG", "a/z.png", "a/Scan.JFIF", "c.jpe", "phone.heic", "notes.txt", "Thumbs.db", ".hidden.png", "._z.png", ".ipynb_checkpoints/z.png");

        var read = PictureFolder.ReadAll(folder.Path + Path.DirectorySeparatorChar);

        Assert.Equal(["a/Scan.JFIF", "a/z.png", "b.JPG", "c.jpe", "phone.heic"], Names(read.Pictures));
        Assert.Equal(["Thumbs.db", "notes.txt"], Names(read.Others));
        Assert.Equal(folder.Path, read.Folder);
    }

    [Fact]
    public void Each_picture_is_found_once_however_many_links_lead_to_its_folder()
    {
        Files("a/1.png", "b/2.png");
        using var elsewhere = new TempFolder();
        File.WriteAllText(elsewhere.File("3.png"), "");
        Directory.CreateSymbolicLink(folder.File("again"), ".");
        Directory.CreateSymbolicLink(folder.File("a", "up"), "..");
        Directory.CreateSymbolicLink(folder.File("a", "above"), Path.GetDirectoryName(folder.Path)!);
        Directory.CreateSymbolicLink(folder.File("a", "b"), Path.Combine("..", "b"));
        Directory.CreateSymbolicLink(folder.File("other"), elsewhere.Path);
        Directory.CreateSymbolicLink(folder.File("other again"), elsewhere.Path);

        Assert.Equal(["a/1.png", "b/2.png", "other/3.png"], Names(PictureFolder.ReadAll(folder.Path).Pictures));
    }

    [Fact]
    public void A_folder_inside_of_another_is_known_through_links_too()
    {
        Files("in/deep/1.png", "..dots/1.png");
        Directory.CreateSymbolicLink(folder.File("link"), folder.File("in"));
        Assert.True(PictureFolder.IsInside(folder.File("link", "new"), folder.File("in")));
        Assert.True(PictureFolder.IsInside(folder.File("in"), folder.File("in") + "/"));
        Assert.True(PictureFolder.IsInside(folder.File("..dots"), folder.Path));
        Assert.False(PictureFolder.IsInside(folder.File("inside"), folder.File("in")));
    }

    [Fact]
    public void A_folder_that_is_missing_or_without_pictures_is_named()
    {
        Assert.StartsWith($"There is no picture in {folder.Path}", Assert.Throws<DirectoryNotFoundException>(() => PictureFolder.ReadAll(folder.Path)).Message);
        Assert.StartsWith($"There is no folder {folder.Path}x", Assert.Throws<DirectoryNotFoundException>(() => PictureFolder.ReadAll(folder.Path + "x")).Message);
    }

    private void Files(params string[] names)
    {
        foreach (var name in names)
            File.WriteAllText(folder.File(name.Split('/')), "");
    }

    private string[] Names(IEnumerable<string> paths) => [.. paths.Select(path => Path.GetRelativePath(folder.Path, path).Replace('\\', '/'))];
}
