using AnomalyLab.Evaluation;
using AnomalyLab.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace AnomalyLab.Tests.Models;

public sealed class DefectDetectorTests : IDisposable
{
    private readonly TempFolder folder = new();
    private readonly DisposeScope scope = NewDisposeScope();
    private readonly Tensor images = Discs.Some(6, 32);
    private readonly DefectDetector detector;

    public DefectDetectorTests()
    {
        var good = GoodAppearance.From(images, seed: 3);
        detector = DefectDetector.Untrained(good, good.Register(images), seed: 3);
    }

    public void Dispose()
    {
        detector.Dispose();
        scope.Dispose();
        folder.Dispose();
    }

    [Fact]
    public void Loaded_it_gives_the_very_maps_it_gave_when_saved()
    {
        var path = folder.File("detector.safetensors");
        detector.Save(path, new Dictionary<string, string> { ["data"] = "discs" });
        var (loaded, facts) = DefectDetector.Load(path);
        using var _ = loaded;

        Assert.Equal("discs", facts["data"]);
        Assert.True(detector.AnomalyMaps(images).equal(loaded.AnomalyMaps(images)).all().item<bool>());
    }

    [Fact]
    public void A_file_with_another_model_is_refused_by_name()
    {
        var path = folder.File("other.safetensors");
        SafeTensors.Save(path, new Dictionary<string, Tensor> { ["mean"] = zeros(3) });
        var error = Assert.Throws<InvalidDataException>(() => DefectDetector.Load(path));
        Assert.Contains(path, error.Message);
        Assert.Contains("train one anew", error.Message);
    }

    [Fact]
    public void Maps_do_not_depend_on_the_batch_size()
    {
        Assert.True(detector.AnomalyMaps(images, batchSize: 6).allclose(detector.AnomalyMaps(images, batchSize: 1), rtol: 1e-4, atol: 1e-5));
    }

    [Fact]
    public void A_map_is_what_the_network_says_plus_half_of_how_much_stranger_than_usual_a_pixel_looks()
    {
        var faint = images.clone();
        faint[.., .., 12..20, 12..20] += 0.05;
        var network = AnomalyMap.Resize(MapSmoothing.Gaussian(detector.Logits(faint), 0.25), 32, 32);
        var strange = detector.Good.AnomalyMaps(faint);

        Assert.True(detector.AnomalyMaps(faint).allclose(network + 0.5 * strange.clamp_min(0), rtol: 1e-4, atol: 1e-4));
        Assert.True(strange[.., 15..17, 15..17].min().item<float>() > 1, "the faint square does not look stranger than usual");
    }

    [Fact]
    public void The_network_sees_colour_and_deviations_in_spreads()
    {
        var registered = detector.Good.Register(images);
        var input = detector.Input(registered);

        Assert.Equal([6, DefectDetector.Channels, 32, 32], input.shape);
        Assert.True(input[.., ..3].allclose(registered * 2 - 1));
        var deviation = (registered - detector.Good.Mean) / (detector.Spread + 0.02) / 4;
        Assert.True(input[.., 3..6].allclose(deviation, rtol: 1e-4, atol: 1e-5));
    }

    [Fact]
    public void A_faint_but_wide_difference_stands_out_in_the_smoothed_channels()
    {
        var faint = detector.Good.Register(images).clone();
        faint[.., .., 12..20, 12..20] += 0.02;
        var input = detector.Input(faint);
        var (sharp, smooth) = (input[.., 3..6, 15..17, 15..17].mean().item<float>(), input[.., 6.., 15..17, 15..17].mean().item<float>());
        Assert.True(smooth > 2 * sharp, $"{sharp} pixel by pixel, {smooth} smoothed");
    }
}
