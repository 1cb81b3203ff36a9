using AnomalyLab.Data;
using AnomalyLab.Training.Painting;
using TorchSharp;
using static TorchSharp.torch;

namespace AnomalyLab.Tests.Training.Painting;

public sealed class PaintedBatchesTests : IDisposable
{
    private readonly DisposeScope scope = NewDisposeScope();
    private readonly Raster[] goods = Raster.From(Discs.Some(10, 32));

    public void Dispose() => scope.Dispose();

    [Fact]
    public void An_epoch_has_every_picture_once_in_batches()
    {
        Assert.Equal([4, 4, 2], Batches(0).Epoch(1).Select(batch => batch.Count));
    }

    [Fact]
    public void The_same_seed_and_epoch_paint_the_same_and_others_do_not()
    {
        Tensor Epoch(int seed, int epoch) => cat([.. Batches(seed).Epoch(epoch).Select(batch => batch.Images())]);
        var first = Epoch(0, 1);
        Assert.True(first.equal(Epoch(0, 1)).all().item<bool>(), "seed 0, epoch 1 is not the same twice");
        Assert.False(first.equal(Epoch(0, 2)).all().item<bool>(), "epoch 2 is the same as epoch 1");
        Assert.False(first.equal(Epoch(1, 1)).all().item<bool>(), "seed 1 is the same as seed 0");
    }

    [Fact]
    public void Half_masks_say_which_part_of_each_four_pixels_is_defective()
    {
        var mask = new bool[16];
        (mask[0], mask[1], mask[4], mask[10]) = (true, true, true, true);
        var batch = new PaintedBatch([new PaintedImage(new Raster(4, new float[48]), mask)]);

        Assert.Equal([0.75f, 0, 0, 0.25f], batch.HalfMasks().data<float>().ToArray());
    }

    private PaintedBatches Batches(int seed) =>
        new(new DefectPainter(goods, [.. Enumerable.Repeat(0.01f, 32 * 32)]), goods, batchSize: 4, seed);
}
