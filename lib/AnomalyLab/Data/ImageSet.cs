using System.IO.Hashing;
using System.Text;
using static TorchSharp.torch;

namespace AnomalyLab.Data;

/// <summary>Images to train on: a tensor in memory or, if they are too many for that, files that are read batch by batch.</summary>
public abstract class ImageSet : IDisposable
{
    /// <summary>How many images there are.</summary>
    public abstract int Count { get; }

    /// <summary>Decodes images once and keeps them in memory if they fit, else in the cache on disk.</summary>
    /// <param name="samples">The samples, all of one size.</param>
    /// <param name="size">Height and width in pixels to resize to.</param>
    /// <param name="memory">How many bytes of memory the images may take; an image takes size · size · 12.</param>
    /// <param name="cache">Where decoded images are kept; nowhere if left out.</param>
    /// <exception cref="InvalidDataException">A file is no image, or cut off, or of another size than the first; the message names it.</exception>
    /// <exception cref="ArgumentException">There are no samples.</exception>
    public static ImageSet Open(IReadOnlyList<Sample> samples, int size, long memory = 1L << 30, ImageCache? cache = null)
    {
        if ((long)samples.Count * size * size * 3 * sizeof(float) <= memory)
            return new InMemory(ImageTensors.Load(samples, size, cache), owned: true);
        ImageTensors.Prepare(samples, size, cache);
        return new OnDisk(samples, size, cache);
    }

    /// <summary>The images of a tensor, [N, 3, H, W] in 0..1. It stays the caller's.</summary>
    /// <param name="images">The images.</param>
    public static implicit operator ImageSet(Tensor images) => FromTensor(images);

    /// <inheritdoc cref="op_Implicit(Tensor)"/>
    public static ImageSet FromTensor(Tensor images) => new InMemory(images, owned: false);

    /// <summary>Batches of images, [rows, 3, H, W] in 0..1 on the processor, stored channels-last. The caller owns each.</summary>
    /// <param name="batches">For each batch, which images.</param>
    public abstract IEnumerable<Tensor> Batches(IEnumerable<int[]> batches);

    /// <summary>Adds everything that identifies these images.</summary>
    internal abstract void AppendTo(XxHash3 hash);

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees the memory.</summary>
    /// <param name="disposing">Whether it is called by <see cref="Dispose()"/>.</param>
    protected virtual void Dispose(bool disposing)
    {
    }

    private sealed class InMemory(Tensor images, bool owned) : ImageSet
    {
        public override int Count => (int)images.shape[0];

        /// <summary>Selected as rows of [N, H, W, 3], so that batches are channels-last, which convolutions are fastest with.</summary>
        public override IEnumerable<Tensor> Batches(IEnumerable<int[]> batches) => batches.Select(rows =>
        {
            using var scope = NewDisposeScope();
            return images.permute(0, 2, 3, 1).index_select(0, tensor(rows, device: images.device)).permute(0, 3, 1, 2).MoveToOuterDisposeScope();
        });

        internal override void AppendTo(XxHash3 hash)
        {
            using var scope = NewDisposeScope();
            hash.Append(images.cpu().permute(0, 2, 3, 1).contiguous().bytes);
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing && owned)
                images.Dispose();
            base.Dispose(disposing);
        }
    }

    private sealed class OnDisk(IReadOnlyList<Sample> samples, int size, ImageCache? cache) : ImageSet
    {
        public override int Count => samples.Count;

        /// <summary>Each batch is read while the one before it is in use.</summary>
        public override IEnumerable<Tensor> Batches(IEnumerable<int[]> batches)
        {
            Task<Tensor>? next = null;
            try
            {
                foreach (var rows in batches)
                {
                    var ready = next?.GetAwaiter().GetResult();
                    next = Task.Run(() => ImageTensors.Load([.. rows.Select(row => samples[row])], size, cache));
                    if (ready is not null)
                        yield return ready;
                }
                if (next?.GetAwaiter().GetResult() is { } last)
                {
                    next = null;
                    yield return last;
                }
            }
            finally
            {
                next?.ContinueWith(t => t.Result.Dispose(), TaskContinuationOptions.OnlyOnRanToCompletion);
            }
        }

        internal override void AppendTo(XxHash3 hash)
        {
            foreach (var sample in samples)
                hash.Append(Encoding.UTF8.GetBytes(ImageTensors.KeyOf(sample, size)));
        }
    }
}
