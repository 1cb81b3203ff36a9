using AnomalyLab.Evaluation;
using TorchSharp;
using static TorchSharp.torch;

namespace AnomalyLab.Tests.Evaluation;

/// <summary>Features and their distances against NumPy and SciPy: Fixtures/README.md.</summary>
public sealed class PixelGaussianTests : IDisposable
{
    private sealed record Reference(long[] Shape, float[] Images, float[] FeaturesOfFirst, float[] Distances);

    private readonly DisposeScope scope = NewDisposeScope();
    private readonly Reference reference = Fixture.Read<Reference>("pixel_gaussian.json");
    private readonly Tensor images;

    public PixelGaussianTests() => images = tensor(reference.Images).view(reference.Shape);

    public void Dispose() => scope.Dispose();

    [Fact]
    public void Features_are_smoothed_colours_and_the_rise_of_brightness() =>
        TensorAssert.Close(reference.FeaturesOfFirst, PixelFeatures.Of(images)[0], 1e-5);

    [Theory]
    [InlineData(4)]
    [InlineData(3)]
    [InlineData(1)]
    public void Distances_are_Mahalanobis_however_the_images_come_in_batches(int batchSize)
    {
        using var gaussian = PixelGaussian.From(images.split(batchSize), PixelFeatures.Of, 0.002);
        TensorAssert.Close(reference.Distances, gaussian.Distance(PixelFeatures.Of(images)), 1e-3);
    }

    [Fact]
    public void A_colour_that_leaves_the_others_is_farther_than_all_colours_together()
    {
        // Brightness varies by .1, and all colours vary with it.
        var good = (0.5 + 0.1 * randn(200, 1, 1, 1)).expand(200, 3, 16, 16) + 0.002 * randn(200, 3, 16, 16);
        using var gaussian = PixelGaussian.From([good], PixelFeatures.Of, 0.002);
        var strange = full([2, 3, 16, 16], 0.5);
        strange[0] += 0.05;
        strange[1, 0] += 0.05;
        var distances = gaussian.Distance(PixelFeatures.Of(strange)).mean([1, 2]).data<float>().ToArray();
        Assert.True(distances[1] > 3 * distances[0], $"all colours are {distances[0]:F1} away, one colour {distances[1]:F1}");
    }

    [Fact]
    public void Only_the_results_stay_in_native_memory()
    {
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        var features = PixelFeatures.Of(images);
        using (var gaussian = PixelGaussian.From([images], PixelFeatures.Of, 0.002))
        {
            _ = gaussian.Distance(features);
            Assert.Equal(before + 4, DisposeScopeManager.Statistics.ThreadTotalLiveCount); // features, mean, precision, distances
        }
    }

    [Theory]
    [InlineData("one image", "from two good images on")]
    [InlineData("grey images", "[N, 3, height, width]")]
    [InlineData("features of another size", "measured on [N, 8, 16, 16]")]
    [InlineData("a precision of another shape", "[height, width, D, D]")]
    public void What_cannot_be_is_refused_in_a_sentence(string what, string says)
    {
        var features = PixelFeatures.Of(images);
        Action act = what switch
        {
            "one image" => () => PixelGaussian.From([images[..1]], PixelFeatures.Of, 0.002),
            "grey images" => () => PixelFeatures.Of(images[.., ..1]),
            "features of another size" => () => PixelGaussian.From([images], PixelFeatures.Of, 0.002).Distance(features[.., .., ..5]),
            _ => () => new PixelGaussian(features[0], features).Dispose(),
        };
        Assert.Contains(says, Assert.Throws<ArgumentException>(act).Message);
    }
}
