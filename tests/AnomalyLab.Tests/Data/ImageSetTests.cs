using AnomalyLab.Data;
using AnomalyLab.Models;
using AnomalyLab.Training;
using SkiaSharp;
using TorchSharp;

namespace AnomalyLab.Tests.Data;

public sealed class ImageSetTests : IDisposable
{
    private readonly TempFolder folder = new();
    private readonly Sample[] samples;
    private readonly ImageCache cache;

    public ImageSetTests()
    {
        cache = new ImageCache(folder.File("cache"));
        samples = [.. Enumerable.Range(0, 7).Select(i =>
        {
            PngFiles.Write(folder.File($"{i}.png"), 40, 40, new SKColor((byte)(30 * i), 10, 20));
            return new Sample(folder.File($"{i}.png"), Sample.Good);
        })];
    }

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Images_that_do_not_fit_the_memory_come_from_disk_in_the_same_batches()
    {
        int[][] batches = [[3, 0, 5], [6], [1, 2]];
        using var inMemory = ImageSet.Open(samples, 32, cache: cache);
        using var onDisk = ImageSet.Open(samples, 32, memory: 1000, cache);

        Assert.Equal(7, onDisk.Count);
        foreach (var (a, b) in inMemory.Batches(batches).Zip(onDisk.Batches(batches)))
        {
            Assert.Equal(a.stride(), b.stride());
            Assert.True(a.Equals(b));
            a.Dispose();
            b.Dispose();
        }
    }

    [Fact]
    public void Training_from_disk_gives_the_losses_of_training_from_memory()
    {
        double[] Losses(long memory)
        {
            using var model = new Autoencoder();
            using var images = ImageSet.Open(samples, 32, memory, cache);
            return [.. new Trainer(new TrainingOptions { Epochs = 2, BatchSize = 4 }).Train(model, images, images).History.Select(e => e.ValidationLoss)];
        }
        Assert.Equal(Losses(1 << 20), Losses(1000));
    }

    [Fact]
    public void A_batch_that_nobody_wants_any_more_is_given_back()
    {
        using var onDisk = ImageSet.Open(samples, 32, memory: 1000, cache);
        var before = LivingTensors.Count();
        using (var batches = onDisk.Batches([[0], [1], [2]]).GetEnumerator())
        {
            batches.MoveNext();
            batches.Current.Dispose();
        }
        Assert.True(SpinWait.SpinUntil(() => torch.Tensor.TotalCount == before, TimeSpan.FromSeconds(30)), $"{torch.Tensor.TotalCount - before} tensors are left");
    }

    [Fact]
    public void A_file_that_is_no_image_is_named_before_training_begins()
    {
        File.WriteAllText(samples[4].Path, "not a picture");
        Assert.Contains(samples[4].Path, Assert.Throws<InvalidDataException>(() => ImageSet.Open(samples, 32, memory: 1000, cache)).Message);
    }

    [Theory]
    [InlineData(1 << 20)]
    [InlineData(1000)]
    public void Who_resumes_a_training_on_other_pictures_is_found_out(long memory)
    {
        string Described(params Sample[] chosen)
        {
            using var images = ImageSet.Open(chosen, 32, memory, cache);
            return ResumeFile.Describe(new(), "engine", "data", [], images);
        }
        var before = Described(samples);
        Assert.Equal(before, Described(samples));
        Assert.NotEqual(before, Described(samples[1..]));

        PngFiles.Write(samples[3].Path, 40, 40, new SKColor(1, 2, 3));
        Assert.NotEqual(before, Described(samples));
    }
}
