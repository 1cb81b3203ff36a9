using AnomalyLab.Models;
using AnomalyLab.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace AnomalyLab.Tests.Models;

/// <summary>What <see cref="PatchCore"/> and <see cref="Padim"/> have in common, and what tells them apart.</summary>
public sealed class AnomalyDetectorTests : IDisposable
{
    private readonly DisposeScope scope = NewDisposeScope();
    private readonly FeatureNetwork network = FeatureNetwork.Load(Precision.Fp32);

    public void Dispose()
    {
        network.Dispose();
        scope.Dispose();
    }

    /// <summary>Grey pictures with a disc in the middle.</summary>
    private static Tensor Discs(int count, int seed, int height = 96, int width = 96, int right = 0)
    {
        manual_seed(seed);
        var y = linspace(-1, 1, height).view(-1, 1);
        var x = (arange(width, float32) - (width / 2 + right)) / (height / 2.0);
        var disc = (x * x + y * y < 0.35).to(float32);
        return (0.2 + 0.5 * disc + 0.03 * randn(count, 3, height, width)).clamp(0, 1);
    }

    /// <summary>The same with a bright stroke from (34, 44) to (42, 56).</summary>
    private static Tensor Scratched(Tensor good)
    {
        var images = good.clone();
        images[.., 0, 34..42, 44..56] = 1;
        images[.., 1, 34..42, 44..56] = 0;
        return images;
    }

    private IAnomalyDetector Fit(string method, Tensor good) =>
        method == "PaDiM" ? Padim.Fit(network, good) : PatchCore.Fit(network, good, new() { Memory = 300 });

    private IAnomalyDetector From(string method, IReadOnlyDictionary<string, Tensor> state) =>
        method == "PaDiM" ? Padim.From(network, state) : PatchCore.From(network, state);

    [Theory]
    [InlineData("PaDiM")]
    [InlineData("PatchCore")]
    public void A_defect_is_found_where_it_is(string method)
    {
        using var detector = Fit(method, Discs(20, seed: 1));
        var others = Discs(6, seed: 2);
        using var good = detector.Score(others);
        using var bad = detector.Score(Scratched(others));

        Assert.Equal(others.shape[0], good.Scores.Length);
        Assert.Equal([6, 96, 96], bad.Maps.shape);
        Assert.True(bad.Scores.Min() > 1.5 * good.Scores.Max(), $"good {good.Scores.Max():F2}, bad {bad.Scores.Min():F2}");
        for (var i = 0; i < 6; i++)
        {
            var at = bad.Maps[i].argmax().item<long>();
            Assert.InRange(at / 96, 30, 46);
            Assert.InRange(at % 96, 40, 60);
        }
    }

    [Theory]
    [InlineData("PaDiM")]
    [InlineData("PatchCore")]
    public void Batches_are_read_once_one_after_the_other(string method)
    {
        var all = Discs(20, seed: 1);
        var (alive, most, read) = (0, 0, 0);
        IEnumerable<Tensor> Batches()
        {
            foreach (var some in all.split(6))
            {
                most = Math.Max(most, ++alive);
                read++;
                yield return some;
                some.Dispose();
                alive--;
            }
        }
        using var streamed = method == "PaDiM" ? (IAnomalyDetector)Padim.Fit(network, Batches()) : PatchCore.Fit(network, Batches(), new() { Memory = 300 });
        Assert.Equal((4, 1), (read, most));
        using var at_once = Fit(method, all);
        var image = Scratched(Discs(1, seed: 3));
        Assert.Equal(at_once.Score(image).Scores[0], streamed.Score(image).Scores[0], 2e-3 * at_once.Score(image).Scores[0]);
    }

    [Theory]
    [InlineData("PaDiM")]
    [InlineData("PatchCore")]
    public void What_is_saved_judges_the_same(string method)
    {
        using var folder = new TempFolder();
        var file = folder.File("detector.safetensors");
        var images = Scratched(Discs(3, seed: 2));
        AnomalyMaps before;
        using (var detector = Fit(method, Discs(10, seed: 1)))
        {
            before = detector.Score(images);
            SafeTensors.Save(file, detector.State);
        }
        using var again = From(method, SafeTensors.Load(file).Tensors);
        using var after = again.Score(images);
        Assert.Equal(before.Scores, after.Scores);
        Assert.True(before.Maps.Equals(after.Maps));
    }

    [Theory]
    [InlineData("PaDiM")]
    [InlineData("PatchCore")]
    public void Other_tensors_are_refused(string method)
    {
        Assert.Throws<KeyNotFoundException>(() => From(method, new Dictionary<string, Tensor>()));
        using var detector = Fit(method, Discs(4, seed: 1));
        var cut = detector.State.ToDictionary(entry => entry.Key, entry => entry.Value.narrow(-1, 0, 3));
        Assert.Contains("shape", Assert.Throws<ArgumentException>(() => From(method, cut)).Message);
    }

    [Theory]
    [InlineData("PaDiM")]
    [InlineData("PatchCore")]
    public void A_picture_is_judged_the_same_alone_and_among_others(string method)
    {
        using var detector = Fit(method, Discs(10, seed: 1));
        var images = Scratched(Discs(10, seed: 2));
        using var together = detector.Score(images);
        for (var i = 0; i < 10; i += 4)
        {
            using var alone = detector.Score(images[i..(i + 1)]);
            Assert.Equal(together.Scores[i], alone.Scores[0], 1e-3 * together.Scores[i]);
        }
    }

    [Theory]
    [InlineData("PaDiM")]
    [InlineData("PatchCore")]
    public void Nothing_but_results_stays_in_native_memory(string method)
    {
        var good = Discs(10, seed: 1);
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        using (var detector = Fit(method, good))
        {
            using var _ = detector.Score(good);
        }
        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    [Fact]
    public void PatchCore_finds_things_wherever_they_are_and_PaDiM_where_they_were()
    {
        var moved = Discs(6, seed: 2, width: 160, right: 16);
        double Ratio(string method)
        {
            using var detector = Fit(method, Discs(20, seed: 1, width: 160));
            using var usual = detector.Score(Discs(6, seed: 2, width: 160));
            using var shifted = detector.Score(moved);
            return shifted.Scores.Average() / usual.Scores.Average();
        }
        var (patchCore, padim) = (Ratio("PatchCore"), Ratio("PaDiM"));
        Assert.True(patchCore < 1.3, $"PatchCore finds moved discs {patchCore:F2} times as strange");
        Assert.True(padim > 2, $"PaDiM finds moved discs {padim:F2} times as strange");
    }

    [Fact]
    public void What_two_PatchCores_remember_together_makes_no_picture_stranger()
    {
        using var one = PatchCore.Fit(network, Discs(6, seed: 1));
        using var other = PatchCore.Fit(network, Discs(6, seed: 2, right: 16));
        using var both = one.With(other);
        var images = cat([Discs(4, seed: 3), Discs(4, seed: 4, right: 16), Scratched(Discs(4, seed: 5))]);
        using var before = one.Score(images);
        using var after = both.Score(images);
        Assert.All(before.Scores.Zip(after.Scores), score => Assert.InRange(score.Second, 0, score.First * (1 + 1e-4)));
        Assert.True(after.Scores[4..8].Average() < before.Scores[4..8].Average(), "what only the other remembers is no more familiar to both");
    }

    [Fact]
    public void PatchCore_takes_pictures_of_many_shapes()
    {
        Tensor[] shapes = [Discs(4, seed: 1, 96, 96), Discs(4, seed: 2, 96, 160), Discs(4, seed: 3, 100, 130)];
        using var detector = PatchCore.Fit(network, shapes);
        using var good = detector.Score(Discs(2, seed: 4, 110, 90));
        using var bad = detector.Score(Scratched(Discs(2, seed: 5, 110, 90)));
        Assert.Equal([2, 110, 90], good.Maps.shape);
        Assert.True(bad.Scores.Min() > good.Scores.Max(), $"good {good.Scores.Max():F2}, bad {bad.Scores.Min():F2}");
    }

    [Fact]
    public void PaDiM_takes_one_shape_and_says_so()
    {
        using var detector = Padim.Fit(network, Discs(4, seed: 1));
        Assert.Contains("shape", Assert.Throws<ArgumentException>(() => detector.Score(Discs(1, seed: 1, 96, 128))).Message);
        Assert.Contains("one size", Assert.Throws<ArgumentException>(() => Padim.Fit(network, [Discs(4, seed: 1), Discs(4, seed: 1, 96, 128)])).Message);
    }

    [Fact]
    public void No_images_are_refused_in_a_sentence()
    {
        Assert.Contains("no images", Assert.Throws<ArgumentException>(() => PatchCore.Fit(network, Array.Empty<Tensor>())).Message);
        Assert.Contains("two good images", Assert.Throws<ArgumentException>(() => Padim.Fit(network, Discs(1, seed: 0))).Message);
    }
}
