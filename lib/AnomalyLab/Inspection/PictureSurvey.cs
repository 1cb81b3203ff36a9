using System.IO.Hashing;
using AnomalyLab.Data;
using AnomalyLab.Display;

namespace AnomalyLab.Inspection;

/// <summary>A first look at the training pictures: which of them are usable.</summary>
/// <param name="Pictures">Those that can be read, are not of one colour, and are no copy of another.</param>
/// <param name="Bits">How many bits a channel the pictures use; see <see cref="PictureFile.Read"/>.</param>
/// <param name="Skipped">The others.</param>
internal sealed record PictureSurvey(IReadOnlyList<PictureSurvey.Look> Pictures, int Bits, IReadOnlyList<SkippedPicture> Skipped)
{
    private const int AtOnce = 32;

    /// <param name="paths">The files.</param>
    /// <param name="progress">Is told the fraction that has been looked at, 0..1.</param>
    /// <param name="cancellation">Ends it early.</param>
    public static PictureSurvey Of(IReadOnlyList<string> paths, Action<double>? progress, CancellationToken cancellation)
    {
        var looks = new Dictionary<UInt128, Look>();
        var skipped = new List<SkippedPicture>();
        foreach (var (i, some) in paths.Chunk(AtOnce).Index())
        {
            var (made, problems) = PictureReader.InParallel(some, bits: 8, Look.At, cancellation);
            skipped.AddRange(problems);
            skipped.AddRange(made.Where(look => !looks.TryAdd(look.Hash, look))
                .Select(look => new SkippedPicture(look.Path, Texts.Format($"{look.Path} shows the same as {looks[look.Hash].Path}, pixel by pixel, and was counted once."))));
            progress?.Invoke(Math.Min(1, (double)(i + 1) * AtOnce / paths.Count));
        }
        return new([.. looks.Values], looks.Values.Select(look => look.Bits).DefaultIfEmpty(8).Max(), skipped);
    }

    /// <summary>What was seen of a picture.</summary>
    /// <param name="Path">The file.</param>
    /// <param name="Hash">Of its pixels and its width.</param>
    /// <param name="Width">The width in pixels.</param>
    /// <param name="Height">The height in pixels.</param>
    /// <param name="Bits">How many bits a channel it uses.</param>
    internal sealed record Look(string Path, UInt128 Hash, int Width, int Height, int Bits)
    {
        public static Look At(string path, PictureFile picture) => picture.IsOneColor
            ? throw new InvalidDataException(Texts.Format($"{path} is of one colour all over, so that nothing can be learned from it."))
            : new(path, XxHash128.HashToUInt128(picture.Rgba) ^ (UInt128)picture.Width, picture.Width, picture.Height, picture.Bits);
    }
}
