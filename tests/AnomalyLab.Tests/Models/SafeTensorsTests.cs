using AnomalyLab.Models;
using TorchSharp;

namespace AnomalyLab.Tests.Models;

public sealed class SafeTensorsTests : IDisposable
{
    private readonly TempFolder folder = new();
    private readonly DisposeScope scope = torch.NewDisposeScope();

    public void Dispose()
    {
        scope.Dispose();
        folder.Dispose();
    }

    [Fact]
    public void What_is_written_is_read_again_bit_for_bit()
    {
        var path = folder.File("w.safetensors");
        var tensors = new Dictionary<string, torch.Tensor>
        {
            ["a.weight"] = torch.randn(3, 5),
            ["b"] = torch.tensor(7L),
            ["half"] = torch.randn(4).to(torch.bfloat16),
            ["turned"] = torch.arange(6, torch.float32).reshape(2, 3).t(),
            ["none"] = torch.zeros(0, 3),
        };
        SafeTensors.Save(path, tensors, new Dictionary<string, string> { ["note"] = "größer ≥ \"1\"" });

        var (read, metadata) = SafeTensors.Load(path);

        Assert.Equal(tensors.Keys.Order(), read.Keys.Order());
        foreach (var (name, tensor) in tensors)
        {
            Assert.Equal(tensor.dtype, read[name].dtype);
            Assert.Equal(tensor.shape, read[name].shape);
            Assert.True(tensor.Equals(read[name]), $"{name} changed");
        }
        Assert.Equal("größer ≥ \"1\"", metadata["note"]);
    }

    [Fact]
    public void The_file_follows_the_format_of_other_readers()
    {
        var path = folder.File("w.safetensors");
        SafeTensors.Save(path, new Dictionary<string, torch.Tensor> { ["x"] = torch.tensor(new[] { 1f, -2f }) });
        var bytes = File.ReadAllBytes(path);
        var header = (int)BitConverter.ToInt64(bytes, 0);

        Assert.Equal(0, (8 + header) % 8);
        Assert.Equal("""{"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", System.Text.Encoding.UTF8.GetString(bytes, 8, header).TrimEnd(' '));
        Assert.Equal([0, 0, 128, 63, 0, 0, 0, 192], bytes[(8 + header)..]);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(30)]
    [InlineData(-4)]
    public void A_file_cut_anywhere_is_refused_and_named(int length)
    {
        var path = folder.File("w.safetensors");
        SafeTensors.Save(path, new Dictionary<string, torch.Tensor> { ["x"] = torch.zeros(100) });
        var bytes = File.ReadAllBytes(path);
        File.WriteAllBytes(path, length < 0 ? bytes[..^-length] : bytes[..length]);

        Assert.Contains(path, Assert.Throws<InvalidDataException>(() => SafeTensors.Load(path)).Message);
    }

    [Fact]
    public void A_file_of_another_kind_is_refused_and_named()
    {
        var path = folder.File("w.safetensors");
        File.WriteAllText(path, "this is a text that is long enough to hold a length");

        Assert.Contains($"{path} is not a safetensors file", Assert.Throws<InvalidDataException>(() => SafeTensors.Load(path)).Message);
    }

    [Fact]
    public void A_write_that_fails_leaves_what_was_there()
    {
        var path = folder.File("w.safetensors");
        SafeTensors.Save(path, new Dictionary<string, torch.Tensor> { ["x"] = torch.zeros(1) });
        var before = File.ReadAllBytes(path);

        Assert.Throws<NotSupportedException>(() => SafeTensors.Save(path, new Dictionary<string, torch.Tensor> { ["c"] = torch.zeros(1, torch.complex64) }));
        var gone = folder.File("nowhere") + "/w.safetensors";
        Assert.Contains(gone, Assert.Throws<IOException>(() => SafeTensors.Save(gone, new Dictionary<string, torch.Tensor>())).Message);

        Assert.Equal(before, File.ReadAllBytes(path));
        Assert.Single(Directory.GetFiles(folder.Path));
    }
}
