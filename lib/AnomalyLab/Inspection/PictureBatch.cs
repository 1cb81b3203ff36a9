using FastTorch;
using static TorchSharp.torch;

namespace AnomalyLab.Inspection;

/// <summary>Pictures as the network sees them, and what is wrong with those that are none.</summary>
/// <param name="Images">[paths, 3, size, size] in 0..1, of the pictures that could be taken; <c>null</c> where none could.</param>
/// <param name="Paths">Their files.</param>
/// <param name="AspectRatio">Width divided by height, of most of them.</param>
/// <param name="Unreadable">The others, in a sentence each.</param>
internal sealed record PictureBatch(
    Tensor? Images, IReadOnlyList<string> Paths, double AspectRatio, IReadOnlyList<UnreadablePicture> Unreadable) : IDisposable
{
    /// <summary>
    /// Reads files in parallel and stretches each picture to a square. As one of another shape would be stretched otherwise
    /// than the rest, it is passed over.
    /// </summary>
    /// <param name="paths">The files.</param>
    /// <param name="size">The square's side in pixels.</param>
    /// <param name="aspectRatio">The width divided by the height that pictures have to have, give or take a tenth; their median if left out.</param>
    /// <param name="done">Is called after every file, from any thread.</param>
    /// <param name="cancellation">Ends it early.</param>
    public static PictureBatch Load(IReadOnlyList<string> paths, int size, double? aspectRatio, Action? done, CancellationToken cancellation)
    {
        var pictures = new (byte[] Rgb, int Width, int Height)[paths.Count];
        var problems = new string?[paths.Count];
        Parallel.For(0, paths.Count, new ParallelOptions { CancellationToken = cancellation }, i =>
        {
            try
            {
                var picture = PictureFile.Read(paths[i]);
                pictures[i] = (new byte[size * size * 3], picture.Width, picture.Height);
                picture.Resize(size, pictures[i].Rgb);
            }
            catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException)
            {
                problems[i] = e.Message;
            }
            done?.Invoke();
        });

        double Ratio(int i) => (double)pictures[i].Width / pictures[i].Height;
        int[] read = [.. Enumerable.Range(0, paths.Count).Where(i => problems[i] is null)];
        var wanted = aspectRatio ?? read.Select(Ratio).Order().ElementAtOrDefault(read.Length / 2);
        foreach (var i in read.Where(i => Math.Abs(Ratio(i) / wanted - 1) > 0.1))
            problems[i] = $"{paths[i]} is {pictures[i].Width}×{pictures[i].Height} pixels, {Ratio(i):0.00} times as wide as high, but the good pictures are {wanted:0.00} times: crop it as they are.";

        int[] taken = [.. read.Where(i => problems[i] is null)];
        using var scope = NewDisposeScope();
        var images = taken.Length == 0 ? null
            : (tensor([.. taken.SelectMany(i => pictures[i].Rgb)], [taken.Length, size, size, 3], uint8).to(float32).Over(255))
                .permute(0, 3, 1, 2).DetachFromDisposeScope();
        return new(images, [.. taken.Select(i => paths[i])], wanted,
            [.. paths.Zip(problems).Where(file => file.Second is not null).Select(file => new UnreadablePicture(file.First, file.Second!))]);
    }

    public void Dispose() => Images?.Dispose();
}
