using AnomalyLab.Evaluation;
using TorchSharp;
using static TorchSharp.torch;

namespace AnomalyLab.Tests.Evaluation;

/// <summary>The residual, calibration, smoothing and reduction against NumPy and SciPy: Fixtures/README.md.</summary>
public sealed class AnomalyMapPartsTests : IDisposable
{
    private sealed record Reference(
        long[] Shape, float[] Input, float[] Reconstruction, float[] Absolute, float[] Calibrated,
        float[] Gaussian, double[] Sum, double[] Maximum);

    private readonly DisposeScope scope = NewDisposeScope();
    private readonly Reference reference = Fixture.Read<Reference>("map_parts.json");
    private readonly Tensor input, reconstruction;

    public AnomalyMapPartsTests()
    {
        input = tensor(reference.Input).view(reference.Shape);
        reconstruction = tensor(reference.Reconstruction).view(reference.Shape);
    }

    public void Dispose() => scope.Dispose();

    [Fact]
    public void Absolute_differences_are_NumPys() =>
        TensorAssert.Close(reference.Absolute, AnomalyMap.Absolute(input, reconstruction), 1e-6);

    [Fact]
    public void Calibrated_maps_are_NumPys()
    {
        var maps = AnomalyMap.Absolute(input, reconstruction);
        using var calibration = PixelCalibration.From(maps);
        TensorAssert.Close(reference.Calibrated, calibration.Apply(maps), 1e-4);
    }

    [Fact]
    public void Worked_by_hand_a_pixel_that_varies_little_counts_more_and_one_that_never_varies_not_endlessly()
    {
        // Means 2, 20, 5; deviations √2, 10·√2, 0: the last is lifted to a tenth of their average.
        using var calibration = PixelCalibration.From(tensor(new float[] { 1, 10, 5, 3, 30, 5 }).view(2, 1, 3));
        TensorAssert.Close([2, 0.2f, 2 * 30 / 11f], calibration.Apply(tensor(new[] { 2 + 2 * MathF.Sqrt(2), 20 + 2 * MathF.Sqrt(2), 5 + 2 * MathF.Sqrt(2) }).view(1, 1, 3)), 1e-5);
    }

    [Fact]
    public void Smoothed_maps_are_SciPys() =>
        TensorAssert.Close(reference.Gaussian, MapSmoothing.Gaussian(AnomalyMap.Absolute(input, reconstruction), 1.2), 1e-5);

    [Fact]
    public void Scores_are_NumPys()
    {
        var maps = AnomalyMap.Absolute(input, reconstruction);
        AssertScores(reference.Sum, AnomalyScore.Sum(maps));
        AssertScores(reference.Maximum, AnomalyScore.Maximum(maps));
    }

    [Fact]
    public void Worked_by_hand_a_map_of_twice_the_size_lies_between_the_pixels()
    {
        using var map = AnomalyMap.Resize(tensor(new float[] { 0, 4 }).view(1, 1, 2), 1, 4);
        TensorAssert.Close([0, 1, 3, 4], map, 1e-6);
    }

    [Fact]
    public void Only_the_results_stay_in_native_memory()
    {
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        Tensor[] results = [AnomalyMap.Absolute(input, reconstruction)];
        using (var calibration = PixelCalibration.From(results[0]))
            results = [.. results, calibration.Apply(results[0]), MapSmoothing.Gaussian(results[0], 1), AnomalyMap.Resize(results[0], 5, 5)];
        Assert.Equal(before + results.Length, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    [Theory]
    [InlineData("the map is smaller than the Gaussian", "too small to be smoothed over 41 pixels")]
    [InlineData("sigma is 0", "more than 0")]
    [InlineData("one map to calibrate on", "from two on")]
    [InlineData("maps all alike", "do not differ in any pixel")]
    [InlineData("maps of another size than the calibration", "measured on 14×17")]
    [InlineData("an image instead of a map", "one map an image")]
    public void What_cannot_be_is_refused_in_a_sentence(string what, string says)
    {
        var maps = AnomalyMap.Absolute(input, reconstruction);
        Action act = what switch
        {
            "the map is smaller than the Gaussian" => () => MapSmoothing.Gaussian(maps, 5),
            "sigma is 0" => () => MapSmoothing.Gaussian(maps, 0),
            "one map to calibrate on" => () => PixelCalibration.From(maps[..1]),
            "maps all alike" => () => PixelCalibration.From(ones(3, 4, 4)),
            "maps of another size than the calibration" => () => PixelCalibration.From(maps).Apply(maps[.., ..5]),
            _ => () => AnomalyMap.Resize(input, 3, 3),
        };
        Assert.Contains(says, Assert.Throws<ArgumentException>(act).Message);
    }

    private static void AssertScores(double[] expected, double[] actual) =>
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-6 * pair.First));
}
