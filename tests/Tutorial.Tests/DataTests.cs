namespace Tutorial.Tests;

public sealed class DataTests : IDisposable
{
    private readonly TestRepository _repository = new();

    public void Dispose() => _repository.Dispose();

    [Fact]
    public async Task An_archive_is_installed_verified_and_listed_with_its_licence()
    {
        var installed = await _repository.InvokeAsync("data", "install", Archive("tile"));
        var verified = await _repository.InvokeAsync("data", "verify");
        var listed = await _repository.InvokeAsync("data", "list");

        Assert.Equal((0, 0, 0), (installed.Code, verified.Code, listed.Code));
        Assert.Contains($"Installed tile: 3 train, 1 good test, 1 bad, in {_repository.At("data", "mvtec", "tile")}.", installed.Says);
        Assert.Contains("checking tile 100 %", installed.Says);
        Assert.Contains("tile: 3 train, 1 good test, 1 bad. Whole.", verified.Says);
        Assert.Contains("tile (MVTec AD): 3 train, 1 good test, 1 bad (crack)", listed.Says);
        Assert.Contains("CC BY-NC-SA 4.0", listed.Says);
        Assert.Contains("CVPR 2019", listed.Says);
    }

    [Fact]
    public async Task An_archive_can_go_elsewhere_and_replaces_only_when_asked()
    {
        var elsewhere = _repository.At("elsewhere");
        Assert.Equal(0, (await _repository.InvokeAsync("data", "install", Archive("tile"), "--to", elsewhere)).Code);

        var again = await _repository.InvokeAsync("data", "install", Archive("tile"), "--to", elsewhere);

        Assert.Equal(1, again.Code);
        Assert.Contains("--replace", again.Says);
        Assert.Equal(0, (await _repository.InvokeAsync("data", "install", Archive("tile"), "--to", elsewhere, "--replace")).Code);
    }

    [Fact]
    public async Task What_is_wrong_is_listed_and_makes_the_exit_code()
    {
        await _repository.InvokeAsync("data", "install", Archive("tile"));
        var image = _repository.At("data", "mvtec", "tile", "train", "good", "001.png");
        File.WriteAllText(image, "text");

        var (code, says) = await _repository.InvokeAsync("data", "verify", "tile");

        Assert.Equal(1, code);
        Assert.Contains("1 problems:", says);
        Assert.Contains($"  {image} is not an image this library can read", says);
    }

    [Theory]
    [InlineData("install", "missing.tar.xz", "missing.tar.xz")]
    [InlineData("verify", "nothing", "is no category")]
    public async Task What_is_not_there_is_named(string verb, string what, string says)
    {
        var result = await _repository.InvokeAsync("data", verb, what);

        Assert.NotEqual(0, result.Code);
        Assert.Contains(says, result.Says);
    }

    [Fact]
    public async Task Without_data_the_way_to_get_it_is_shown()
    {
        Assert.Contains("data install ARCHIVE", (await _repository.InvokeAsync("data", "verify")).Says);
        Assert.Contains("data install ARCHIVE", (await _repository.InvokeAsync("data", "list")).Says);
    }

    private static string Archive(string name) => Path.Combine(AppContext.BaseDirectory, "Fixtures", name + ".tar.xz");
}
