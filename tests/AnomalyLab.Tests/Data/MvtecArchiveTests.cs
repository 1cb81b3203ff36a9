using AnomalyLab.Data;

namespace AnomalyLab.Tests.Data;

public sealed class MvtecArchiveTests : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("anomalylab-");

    private string Target => Path.Combine(_root.FullName, "data", "mvtec");

    public void Dispose() => _root.Delete(recursive: true);

    [Fact]
    public void An_archive_is_installed_as_it_was_packed()
    {
        var installed = Assert.Single(Install(Archive("tile")));

        Assert.Equal(Path.Combine(Target, "tile"), installed.Folder);
        Assert.Equal((3, 1, 1), (installed.Train, installed.GoodTest, installed.Bad));
        Assert.Equal("not MVTec's\n", File.ReadAllText(Path.Combine(Target, "tile", "license.txt")));
        Assert.Empty(CategoryCheck.Verify(installed.Folder, cancel: TestContext.Current.CancellationToken).Problems);
        Assert.Equal(["tile"], Left());
    }

    [Fact]
    public void An_archive_of_several_categories_brings_them_all_and_the_licence()
    {
        Assert.Equal(["tile", "wood"], Install(Archive("two")).Select(category => category.Name));
        Assert.Equal(["license.txt", "tile", "wood"], Left());
    }

    [Theory]
    [InlineData("parent", "../outside.png, which would be written outside")]
    [InlineData("hidden-parent", "tile/../../outside.png, which would be written outside")]
    [InlineData("absolute", "/outside.png, which would be written outside")]
    [InlineData("symlink", "tile/link, which is neither a file nor a folder")]
    [InlineData("hardlink", "tile/link.png, which is neither a file nor a folder")]
    [InlineData("device", "tile/device, which is neither a file nor a folder")]
    [InlineData("no-category", "holds no category")]
    [InlineData("damaged-image", "001.png is cut off")]
    public void An_archive_that_cannot_be_trusted_is_refused_and_leaves_nothing(string archive, string says)
    {
        var error = Assert.Throws<InvalidDataException>(() => Install(Archive(archive)));

        Assert.Contains(says, error.Message);
        Assert.Empty(Left());
        Assert.Equal(["data"], Directory.EnumerateFileSystemEntries(_root.FullName).Select(Path.GetFileName));
    }

    [Fact]
    public void An_archive_cut_off_anywhere_is_refused_and_leaves_nothing()
    {
        var whole = File.ReadAllBytes(Archive("tile"));
        var cut = Path.Combine(_root.FullName, "cut.tar.xz");
        Directory.CreateDirectory(Target);
        var wrong = Enumerable.Range(0, whole.Length).Where(length =>
        {
            File.WriteAllBytes(cut, whole[..length]);
            var error = Record.Exception(() => Install(cut));
            return error is not InvalidDataException || !error.Message.Contains("cut off") || Left().Count > 0;
        });

        Assert.Empty(wrong);
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(0.9)]
    public void A_flipped_bit_is_noticed_and_leaves_nothing(double place)
    {
        var bytes = File.ReadAllBytes(Archive("tile"));
        bytes[(int)(bytes.Length * place)] ^= 0x10;
        var damaged = Path.Combine(_root.FullName, "damaged.tar.xz");
        File.WriteAllBytes(damaged, bytes);

        Assert.Contains("damaged", Assert.Throws<InvalidDataException>(() => Install(damaged)).Message);
        Assert.Empty(Left());
    }

    [Fact]
    public void A_category_that_is_there_is_not_overwritten_unasked()
    {
        var mine = PutMine();

        var error = Assert.Throws<IOException>(() => Install(Archive("two")));

        Assert.Contains("tile is there already and was kept", error.Message);
        Assert.True(File.Exists(mine));
        Assert.Equal(["tile"], Left());
    }

    [Fact]
    public void A_category_is_replaced_as_a_whole_when_asked()
    {
        var mine = PutMine();

        Install(Archive("tile"), replace: true);

        Assert.False(File.Exists(mine));
        Assert.Equal(["tile"], Left());
        Assert.Empty(CategoryCheck.Verify(Path.Combine(Target, "tile"), cancel: TestContext.Current.CancellationToken).Problems);
    }

    [Fact]
    public void A_category_that_was_to_be_replaced_is_kept_when_the_new_one_is_broken()
    {
        var mine = PutMine();

        Assert.Throws<InvalidDataException>(() => Install(Archive("damaged-image"), replace: true));

        Assert.True(File.Exists(mine));
        Assert.Equal(["tile"], Left());
    }

    [Fact]
    public void What_a_killed_installation_left_is_put_right_by_the_next()
    {
        // Killed between taking the old category away and moving the new one in.
        var mine = PutMine();
        Directory.CreateDirectory(Path.Combine(Target, ".replaced"));
        Directory.Move(Path.Combine(Target, "tile"), Path.Combine(Target, ".replaced", "tile"));
        Directory.CreateDirectory(Path.Combine(Target, ".installing", "tile"));

        Assert.Throws<IOException>(() => Install(Archive("tile")));

        Assert.True(File.Exists(mine));
        Assert.Equal(["tile"], Left());
    }

    [Fact]
    public void A_cancelled_installation_leaves_nothing()
    {
        using var cancel = new CancellationTokenSource();
        var progress = new ProgressRelay<InstallProgress>(report =>
        {
            if (report.Activity == "checking tile")
                cancel.Cancel();
        });

        Assert.ThrowsAny<OperationCanceledException>(() => Install(Archive("tile"), progress: progress, cancel: cancel.Token));
        Assert.Empty(Left());
    }

    [Fact]
    public void Two_installations_into_one_folder_do_not_meet()
    {
        Exception? second = null;
        var progress = new ProgressRelay<InstallProgress>(_ => second ??= Record.Exception(() => Install(Archive("two"))));

        Install(Archive("tile"), progress: progress);

        Assert.Contains("Another installation", Assert.IsType<IOException>(second).Message);
        Assert.Equal(["tile"], Left());
    }

    private static string Archive(string name) => Path.Combine(AppContext.BaseDirectory, "Fixtures", "archives", name + ".tar.xz");

    private IReadOnlyList<CategoryCheck> Install(string archive, bool replace = false, IProgress<InstallProgress>? progress = null, CancellationToken? cancel = null) =>
        MvtecArchive.Install(archive, Target, replace, progress, cancel ?? TestContext.Current.CancellationToken);

    private string PutMine()
    {
        var mine = Path.Combine(Target, "tile", "train", "good", "mine.png");
        Directory.CreateDirectory(Path.GetDirectoryName(mine)!);
        File.WriteAllText(mine, "mine");
        return mine;
    }

    private List<string> Left() => [.. Directory.EnumerateFileSystemEntries(Target).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];
}
