using AnomalyLab.Evaluation;
using TorchSharp;
using static TorchSharp.torch;

namespace AnomalyLab.Tests.Evaluation;

public sealed class AnomalyMapTests
{
    private sealed record Reference(long[] Shape, float[] InputBytes, [property: System.Text.Json.Serialization.JsonPropertyName("output_1024ths")] float[] Output1024ths, float[] Map, double[] Scores);

    [Fact]
    public void Map_and_score_are_those_of_the_tutorials_numpy_expressions()
    {
        using var scope = NewDisposeScope();
        var reference = Fixture.Read<Reference>("anomaly_map.json");
        var input = tensor(reference.InputBytes).view(reference.Shape) / 255;
        var reconstruction = tensor(reference.Output1024ths).view(reference.Shape) / 1024;

        var map = AnomalyMap.Residual(input, reconstruction);

        Assert.Equal([2, 4, 6], map.shape);
        Assert.Equal(reference.Map, map.data<float>().ToArray());
        Assert.Equal(reference.Scores, AnomalyScore.Sum(map));
    }

    [Fact]
    public void Worked_by_hand_fractions_are_cut_off_and_values_outside_0_to_1_are_clipped()
    {
        using var scope = NewDisposeScope();
        var input = tensor(new float[] { 10, 20, 30 }).view(1, 3, 1, 1) / 255;
        var reconstruction = tensor(new[] { 12.9f / 255, -3, 7 }).view(1, 3, 1, 1);
        using var map = AnomalyMap.Residual(input, reconstruction);
        Assert.Equal(2 + 20 + 225, map.item<float>());
    }

    [Fact]
    public void Every_byte_survives_the_way_to_0_to_1_and_back()
    {
        using var scope = NewDisposeScope();
        var bytes = arange(256, dtype: float32);
        var black = zeros(1, 1, 16, 16);
        var map = AnomalyMap.Residual((bytes / 255).view(1, 1, 16, 16), black);
        Assert.Equal(Enumerable.Range(0, 256).Select(v => (float)v), map.data<float>().ToArray());
    }

    [Fact]
    public void Scores_are_exact_where_single_precision_is_not()
    {
        // 5000 · 5000 · 1 + 1 is above 2²⁴ and odd.
        using var map = ones(1, 5000, 5000);
        map[0, 0, 0] = 2;
        Assert.Equal([25_000_001], AnomalyScore.Sum(map));
    }

    [Fact]
    public void Each_image_of_a_batch_is_scored_for_itself()
    {
        using var map = tensor(new float[] { 1, 2, 3, 4, 50, 60, 70, 80 }).view(2, 2, 2);
        Assert.Equal([10, 260], AnomalyScore.Sum(map));
    }

    [Fact]
    public void Only_the_map_stays_in_native_memory()
    {
        using var input = rand(2, 3, 8, 8);
        using var reconstruction = rand(2, 3, 8, 8);
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        var map = AnomalyMap.Residual(input, reconstruction);
        _ = AnomalyScore.Sum(map);
        Assert.Equal(before + 1, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
        map.Dispose();
    }

    [Fact]
    public void Input_and_reconstruction_of_different_shapes_are_refused_with_both()
    {
        using var input = zeros(2, 3, 4, 4);
        using var reconstruction = zeros(2, 3, 4, 5);
        var error = Assert.Throws<ArgumentException>(() => AnomalyMap.Residual(input, reconstruction));
        Assert.Equal("The input has the shape [2, 3, 4, 4] and the reconstruction [2, 3, 4, 5]; both have to be the same [N, channels, height, width].", error.Message);
    }

    [Fact]
    public void A_single_image_without_its_batch_dimension_is_refused()
    {
        using var image = zeros(3, 4, 4);
        Assert.Throws<ArgumentException>(() => AnomalyMap.Residual(image, image));
        using var map = zeros(4, 4);
        Assert.Equal("The anomaly maps have the shape [4, 4]; it has to be [N, height, width], one map an image.",
            Assert.Throws<ArgumentException>(() => AnomalyScore.Sum(map)).Message);
    }
}
