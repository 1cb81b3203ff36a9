using AnomalyLab.Models;
using AnomalyLab.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace AnomalyLab.Tests.Models;

public sealed class FeatureNetworkTests : IDisposable
{
    private static readonly Reference Features = Fixture.Read<Reference>("features.json");

    private readonly DisposeScope scope = NewDisposeScope();
    private readonly FeatureNetwork network = FeatureNetwork.Load(Precision.Fp32);
    private readonly Tensor images;

    public FeatureNetworkTests()
    {
        var count = Features.InputShape.Aggregate(1L, (a, b) => a * b);
        images = tensor(Enumerable.Range(0, (int)count).Select(i => (i * 2654435761L >> 7) % 256 / 255f).ToArray()).view(Features.InputShape);
    }

    public void Dispose()
    {
        network.Dispose();
        scope.Dispose();
    }

    [Fact]
    public void Stages_are_those_of_the_file_run_node_by_node()
    {
        var stages = network.Stages(images);
        Assert.Equal(3, stages.Count);
        for (var i = 0; i < stages.Count; i++)
            Features.Stages[i].Check($"stage {i + 1}", stages[i], 1e-4);
    }

    [Fact]
    public void Places_see_the_means_of_all_stages_around_them() => Features.Embedded.Check("embedded", network.Embed(images), 1e-4);

    [Fact]
    public void Sixteen_bits_say_nearly_the_same()
    {
        using var rounded = FeatureNetwork.Load(Precision.Bf16);
        var (exact, other) = (network.Embed(images), rounded.Embed(images));
        var off = ((exact - other).norm() / exact.norm()).item<float>();
        Assert.True(off is > 0 and < 0.02f, $"they are {off:P2} off");
    }

    [Theory]
    [InlineData(16, 16)]
    [InlineData(33, 50)]
    [InlineData(127, 61)]
    public void Any_height_and_width_goes_through(int height, int width)
    {
        long Up(int size, int by) => (size + by - 1) / by;
        var seen = network.Stages(rand(1, 3, height, width));
        Assert.Equal([1, 64, Up(height, 4), Up(width, 4)], seen[0].shape);
        Assert.Equal([1, 128, Up(height, 8), Up(width, 8)], seen[1].shape);
        Assert.Equal([1, 256, Up(height, 16), Up(width, 16)], seen[2].shape);
        Assert.Equal([1, 448, Up(height, 8), Up(width, 8)], network.Embed(rand(1, 3, height, width)).shape);
    }

    [Fact]
    public void Threads_share_one_network()
    {
        var expected = network.Embed(images);
        var same = Enumerable.Range(0, 16).AsParallel().WithDegreeOfParallelism(4).Select(_ =>
        {
            using var inner = NewDisposeScope();
            return (network.Embed(images) - expected).abs().max().item<float>();
        }).ToArray();
        Assert.All(same, difference => Assert.Equal(0, difference));
    }

    [Fact]
    public void Only_the_results_stay_in_native_memory()
    {
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        _ = network.Stages(images);
        _ = network.Embed(images);
        Assert.Equal(before + 4, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    [Theory]
    [InlineData(2, 1, 32, 32)]
    [InlineData(1, 3, 15, 32)]
    public void Other_shapes_are_refused_in_a_sentence(int count, int channels, int height, int width) =>
        Assert.Contains("[N, 3, height, width]", Assert.Throws<ArgumentException>(() => network.Stages(zeros(count, channels, height, width))).Message);

    [Fact]
    public void A_missing_or_damaged_file_is_named()
    {
        using var folder = new TempFolder();
        var file = folder.File("network.onnx");
        Assert.Contains(file, Assert.Throws<FileNotFoundException>(() => FeatureNetwork.Load(file: file)).Message);

        var whole = File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "ResNet18.onnx"));
        foreach (var bytes in new[] { [], "no network"u8.ToArray(), whole[..1000], whole[..(whole.Length / 2)] })
        {
            File.WriteAllBytes(file, bytes);
            Assert.Contains(file, Assert.Throws<InvalidDataException>(() => FeatureNetwork.Load(file: file)).Message);
        }
    }

    private sealed record Reference(long[] InputShape, Sample[] Stages, Sample Embedded);

    private sealed record Sample(long[] Shape, double Norm, double[] Entries)
    {
        /// <summary>Compares, with a tolerance that is a part of the largest entry.</summary>
        public void Check(string name, Tensor actual, double tolerance)
        {
            Assert.Equal(Shape, actual.shape);
            var flat = actual.contiguous().flatten();
            var scale = Entries.Max(Math.Abs);
            for (var k = 0; k < Entries.Length; k++)
            {
                var at = k * (flat.shape[0] - 1) / (Entries.Length - 1);
                var value = flat[at].item<float>();
                Assert.True(Math.Abs(value - Entries[k]) <= tolerance * scale, $"{name}, element {at}: {value}, expected {Entries[k]}");
            }
            Assert.Equal(1, flat.norm().item<float>() / Norm, tolerance);
        }
    }
}
