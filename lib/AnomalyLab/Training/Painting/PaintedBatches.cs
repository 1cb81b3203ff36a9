using AnomalyLab.Data;

namespace AnomalyLab.Training.Painting;

/// <summary>Painted good images in batches, other ones in every epoch, painted on all processors.</summary>
/// <param name="painter">Paints.</param>
/// <param name="goods">The good images.</param>
/// <param name="batchSize">How many make a batch.</param>
/// <param name="seed">Decides the order and what is painted.</param>
/// <remarks>
/// Each image has a random generator of its own, made from seed, epoch and place, so that the same seed paints the same however
/// many processors there are.
/// </remarks>
internal sealed class PaintedBatches(DefectPainter painter, Raster[] goods, int batchSize, int seed)
{
    private const double CleanPart = 0.15; // of the images get no defect

    /// <summary>Every image once, varied, most with defects, in random order. A batch is painted when it is asked for.</summary>
    /// <param name="epoch">Which epoch, from 1.</param>
    public IEnumerable<PaintedBatch> Epoch(int epoch)
    {
        var order = Enumerable.Range(0, goods.Length).ToArray();
        Random(epoch, -1).Shuffle(order);
        return order.Chunk(batchSize).Select(places => new PaintedBatch([.. places.AsParallel().AsOrdered().Select(place => One(epoch, place))]));
    }

    /// <summary>Every image once, in its order, as it is but for a defect: always the same.</summary>
    public PaintedBatch Fixed() => new([.. goods.AsParallel().AsOrdered().Select((good, place) => painter.Paint(Random(0, place), good))]);

    private PaintedImage One(int epoch, int place)
    {
        var random = Random(epoch, place);
        var image = GoodVariation.Of(random, goods[place]);
        return random.Happens(CleanPart) ? new PaintedImage(image, new bool[image.Side * image.Side]) : painter.Paint(random, image);
    }

    private Random Random(int epoch, int place) => new(unchecked((seed * 1_000_003 + epoch) * 10_007 + place));
}
