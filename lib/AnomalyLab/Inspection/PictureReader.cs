using AnomalyLab.Data;
using AnomalyLab.Display;
using static TorchSharp.torch;

namespace AnomalyLab.Inspection;

/// <summary>Reads pictures as an inspector sees them, a few at a time and in parallel.</summary>
/// <param name="Options">The inspector's options.</param>
/// <param name="Bits">How many bits a channel the pictures use; see <see cref="PictureFile.Read"/>.</param>
/// <param name="Width">The width of a picture of usual proportions.</param>
/// <param name="Height">Its height.</param>
internal sealed record PictureReader(InspectorOptions Options, int Bits, int Width, int Height)
{
    private const int Batch = 8;
    private const long PixelsAtOnce = 1 << 26; // a quarter of a gigabyte
    private const double MostDifference = 0.1;

    /// <summary>Reads one picture.</summary>
    /// <param name="path">The file.</param>
    /// <param name="shownSize">See <see cref="ScaledPicture.Of"/>.</param>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="InvalidDataException">The file is no picture, or of a shape that the method cannot compare.</exception>
    public ScaledPicture ReadOne(string path, int shownSize) => Scaled(path, PictureFile.Read(path, Bits), shownSize);

    /// <summary>Reads pictures, <see cref="Batch"/> at a time.</summary>
    /// <param name="paths">The files.</param>
    /// <param name="shownSize">See <see cref="ScaledPicture.Of"/>.</param>
    /// <param name="cancellation">Ends it early.</param>
    public IEnumerable<(ScaledPicture[] Pictures, SkippedPicture[] Skipped)> Read(IEnumerable<string> paths, int shownSize, CancellationToken cancellation) =>
        paths.Chunk(Batch).Select(some => InParallel(some, Bits, (path, picture) => Scaled(path, picture, shownSize), cancellation));

    /// <summary>Reads pictures that have been read before, as batches of one size each, [n, 3, H, W] in 0..1. A batch is disposed when the next one is requested.</summary>
    /// <param name="paths">The files.</param>
    /// <param name="progress">Is told the fraction that has been read, 0..1.</param>
    /// <param name="cancellation">Ends it early.</param>
    /// <exception cref="InvalidDataException">A picture can no longer be read.</exception>
    public IEnumerable<Tensor> Batches(IReadOnlyList<string> paths, Action<double> progress, CancellationToken cancellation)
    {
        var done = 0;
        foreach (var (pictures, skipped) in Read(paths, shownSize: 0, cancellation))
        {
            if (skipped.Length > 0)
                throw new InvalidDataException(Texts.Format($"A picture has changed meanwhile. {skipped[0].Reason}"));
            foreach (var alike in pictures.GroupBy(picture => (picture.Width, picture.Height)))
            {
                using var images = ScaledPicture.ToTensor([.. alike]);
                yield return images;
            }
            progress((double)(done += pictures.Length) / paths.Count);
        }
    }

    /// <summary>Why the method cannot compare a picture of this size with others, in a sentence; <c>null</c> where it can.</summary>
    public string? ProblemOf(string path, int width, int height) =>
        Options.Method == DetectionMethod.Padim && (double)width / height * Height / Width is < 1 - MostDifference or > 1 + MostDifference
            ? Texts.Format($"{path} is {width}×{height} pixels, but PaDiM compares each place with the same place of the others, most of which are shaped like {Width}×{Height}: crop it as they are, or use PatchCore.")
            : null;

    /// <summary>Reads files in parallel and converts each; files that cannot be read are named and do not stop the others.</summary>
    /// <typeparam name="T">What is made.</typeparam>
    /// <param name="paths">The files; only a few, because all results are held in memory.</param>
    /// <param name="bits">See <see cref="PictureFile.Read"/>.</param>
    /// <param name="make">Makes it, on any thread; an <see cref="InvalidDataException"/> says why a picture is passed over.</param>
    /// <param name="cancellation">Ends it early.</param>
    public static (T[] Made, SkippedPicture[] Skipped) InParallel<T>(
        IReadOnlyList<string> paths, int bits, Func<string, PictureFile, T> make, CancellationToken cancellation) where T : class
    {
        var made = new T?[paths.Count];
        var skipped = new SkippedPicture?[paths.Count];
        void Try(int i, Action<string> read)
        {
            try
            {
                read(paths[i]);
            }
            catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException)
            {
                skipped[i] = new(paths[i], e.Message);
            }
        }

        var largest = 1L;
        for (var i = 0; i < paths.Count; i++)
            Try(i, path => largest = Math.Max(largest, PictureFile.SizeOf(path) is var (width, height) ? (long)width * height : 0));
        var atOnce = (int)Math.Clamp(PixelsAtOnce / largest, 1, Environment.ProcessorCount);
        Parallel.For(0, paths.Count, new ParallelOptions { CancellationToken = cancellation, MaxDegreeOfParallelism = atOnce }, i =>
            Try(i, path => made[i] = make(path, PictureFile.Read(path, bits))));
        return ([.. made.OfType<T>()], [.. skipped.OfType<SkippedPicture>()]);
    }

    private ScaledPicture Scaled(string path, PictureFile picture, int shownSize)
    {
        if (ProblemOf(path, picture.Width, picture.Height) is { } problem)
            throw new InvalidDataException(problem);
        var (width, height) = Options.Method == DetectionMethod.Padim ? (Width, Height) : (picture.Width, picture.Height);
        return ScaledPicture.Of(path, picture, ScaledPicture.SizeOf(width, height, Options.Size), shownSize);
    }
}
