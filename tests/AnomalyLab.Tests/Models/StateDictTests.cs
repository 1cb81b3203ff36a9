using System.ComponentModel;
using System.Diagnostics;
using System.IO.Compression;
using System.Text.Json;
using AnomalyLab.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace AnomalyLab.Tests.Models;

/// <summary>Weights from PyTorch and to it: Fixtures/README.md, "Weights".</summary>
public sealed class StateDictTests : IDisposable
{
    private sealed record Reference(float[] Output);

    private readonly DisposeScope scope = NewDisposeScope();
    private readonly TempFolder folder = new();
    private readonly Autoencoder model = new(seed: 5);

    public void Dispose()
    {
        model.Dispose();
        scope.Dispose();
        folder.Dispose();
    }

    [Fact]
    public void A_Sequential_saved_by_PyTorch_reconstructs_here_what_it_reconstructs_there()
    {
        StateDict.Load(Exported(), model);
        AssertOutput("the committed weights", Fixture.Read<Reference>("weights.json").Output);
    }

    [Fact]
    public void Saved_with_its_names_again_a_Sequential_finds_every_tensor_as_it_was()
    {
        var exported = Exported();
        StateDict.Load(exported, model);
        var back = folder.File("back.safetensors");

        StateDict.Save(back, model, namesFrom: exported);

        var (expected, actual) = (SafeTensors.Load(exported).Tensors, SafeTensors.Load(back).Tensors);
        Assert.Equal(expected.Keys.Order(), actual.Keys.Order());
        Assert.All(expected, tensor => Assert.True(tensor.Value.Equals(actual[tensor.Key]), $"{tensor.Key} changed"));
    }

    [Fact]
    public void Without_other_names_the_file_has_those_of_the_state_dict()
    {
        StateDict.Save(folder.File("own.safetensors"), model);
        Assert.Equal(model.state_dict().Keys.Order(), SafeTensors.Load(folder.File("own.safetensors")).Tensors.Keys.Order());
        using var other = new Autoencoder(seed: 6);
        StateDict.Load(folder.File("own.safetensors"), other);
        Assert.True(model.Reconstruct(Image()).Equals(other.Reconstruct(Image())));
    }

    [Fact]
    public void Half_precision_weights_are_converted()
    {
        var weights = model.state_dict().ToDictionary(w => w.Key, w => w.Value.is_floating_point() ? w.Value.to(bfloat16) : w.Value);
        SafeTensors.Save(folder.File("half.safetensors"), weights);
        StateDict.Load(folder.File("half.safetensors"), model);
        Assert.True(model.state_dict()["output.weight"].Equals(weights["output.weight"].to(float32)));
    }

    [Fact]
    public void Weights_go_to_PyTorch_and_back_in_all_three_ways_to_write_the_model()
    {
        var python = new[] { "/usr/bin/python3", "python3" }.FirstOrDefault(p => Run(p, "-c", "import torch") is { Code: 0 });
        Assert.SkipWhen(python is null, "python3 with torch is not here (Debian: apt-get install python3-torch): the exchange with PyTorch was not tried.");
        var script = Fixture.File("weights.py");

        Assert.Equal((0, ""), Run(python, script, "export", folder.Path));
        var theirs = JsonSerializer.Deserialize<Dictionary<string, float[]>>(File.ReadAllText(folder.File("python.json")))!;
        Assert.All(theirs, kind =>
        {
            StateDict.Load(folder.File($"python-{kind.Key}.safetensors"), model);
            AssertOutput($"{kind.Key}, saved by PyTorch", kind.Value);
        });

        using var ours = new Autoencoder(seed: 8);
        foreach (var kind in theirs.Keys)
            StateDict.Save(folder.File($"csharp-{kind}.safetensors"), ours, kind == "named" ? null : folder.File($"python-{kind}.safetensors"));
        Assert.Equal((0, ""), Run(python, script, "score", folder.Path));
        StateDict.Load(folder.File("csharp-named.safetensors"), model);
        Assert.All(JsonSerializer.Deserialize<Dictionary<string, float[]>>(File.ReadAllText(folder.File("csharp.json")))!,
            kind => AssertOutput($"{kind.Key}, loaded by PyTorch", kind.Value));
    }

    [Theory]
    [InlineData("a tensor is missing", "it has nothing for output.bias")]
    [InlineData("a tensor has another shape", "output.weight has the shape [3, 8, 1, 1], but output.weight has [3, 16, 1, 1]")]
    [InlineData("there is one too many", "no place for head.weight")]
    [InlineData("another Sequential", "0.weight has the shape [4, 3, 3, 3], but encoder.0.conv1.weight has [16, 3, 3, 3]")]
    public void Weights_of_another_model_are_refused_and_the_model_left_alone(string what, string says)
    {
        var weights = model.state_dict();
        if (what == "a tensor is missing")
            weights.Remove("output.bias");
        else if (what == "a tensor has another shape")
            weights["output.weight"] = zeros(3, 8, 1, 1);
        else if (what == "there is one too many")
            weights["head.weight"] = zeros(1);
        else
            weights = nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4)).state_dict();
        var path = folder.File("other.safetensors");
        SafeTensors.Save(path, weights);
        var before = model.Reconstruct(Image());

        var error = Assert.Throws<InvalidDataException>(() => StateDict.Load(path, model));

        Assert.StartsWith($"{path} holds the weights of another model:", error.Message);
        Assert.Contains(says, error.Message);
        Assert.True(before.Equals(model.Reconstruct(Image())), "the model has changed");
    }

    /// <summary>The committed file, unpacked.</summary>
    private string Exported()
    {
        var path = folder.File("sequential.safetensors");
        using var packed = new GZipStream(File.OpenRead(Fixture.File("weights_sequential.safetensors.gz")), CompressionMode.Decompress);
        using var file = File.Create(path);
        packed.CopyTo(file);
        return path;
    }

    /// <summary>The same two images as weights.py makes.</summary>
    private static Tensor Image() => tensor(Enumerable.Range(0, 2 * 3 * 32 * 32).Select(i => ((i * 2654435761L >> 7) % 256) / 255f).ToArray()).view(2, 3, 32, 32);

    private void AssertOutput(string what, float[] expected)
    {
        model.eval();
        using var _ = no_grad();
        var output = model.forward(Image()).data<float>().ToArray();
        Assert.Equal(expected.Length, output.Length);
        Assert.True(expected.Max() - expected.Min() > 0.1, $"{what}: the reference is nearly constant and shows nothing");
        var worst = Enumerable.Range(0, output.Length).MaxBy(i => Math.Abs(output[i] - expected[i]));
        Assert.True(Math.Abs(output[worst] - expected[worst]) <= 1e-4, $"{what}: output {worst} is {output[worst]}, but PyTorch has {expected[worst]}");
    }

    private static (int Code, string Says)? Run(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true, Environment = { ["OMP_NUM_THREADS"] = "1" } })!;
            var says = process.StandardError.ReadToEnd();
            process.WaitForExit();
            return (process.ExitCode, process.ExitCode == 0 ? "" : says);
        }
        catch (Win32Exception)
        {
            return null;
        }
    }
}
