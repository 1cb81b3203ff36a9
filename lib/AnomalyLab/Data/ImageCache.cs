using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;

namespace AnomalyLab.Data;

/// <summary>
/// Decoded images on disk, one file each, so that a second run need not decode them again. The key is the original file's
/// path, length and time, the size of the decoded image and the resizing method: if any of these changes, the image is decoded
/// again. Only images that are smaller decoded than in their own files are kept, so the cache never outgrows the pictures.
/// </summary>
/// <param name="folder">The folder to keep them in; created if missing. With <c>null</c>, nothing is kept.</param>
public sealed class ImageCache(string? folder)
{
    private const int HeadLength = 8, TailLength = 8; // width and height of the file's image; a checksum of all before it

    /// <summary>A cache that keeps nothing.</summary>
    public static ImageCache None { get; } = new(null);

    /// <summary>The name under which a file's image is kept.</summary>
    /// <param name="file">The image file.</param>
    /// <param name="size">Height and width of the decoded image.</param>
    /// <param name="method">How the image is made from the file.</param>
    internal static string KeyOf(FileInfo file, int size, string method) => Convert.ToHexString(XxHash128.Hash(
        Encoding.UTF8.GetBytes($"{method}\n{size}\n{file.Length}\n{file.LastWriteTimeUtc.Ticks}\n{file.FullName}")));

    /// <summary>Reads an image; a truncated or damaged one counts as absent.</summary>
    /// <param name="key">Its <see cref="KeyOf"/>.</param>
    /// <param name="pixels">Gets its bytes.</param>
    /// <returns>Width and height of the image in its own file, or <c>null</c> if it is not in the cache.</returns>
    internal (int Width, int Height)? Read(string key, Span<byte> pixels)
    {
        if (folder is null)
            return null;
        try
        {
            var bytes = File.ReadAllBytes(PathOf(key));
            var content = bytes.AsSpan(0, Math.Max(0, bytes.Length - TailLength));
            if (content.Length != HeadLength + pixels.Length
                || XxHash3.HashToUInt64(content) != BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(content.Length)))
                return null;
            content[HeadLength..].CopyTo(pixels);
            return (BinaryPrimitives.ReadInt32LittleEndian(content), BinaryPrimitives.ReadInt32LittleEndian(content[4..]));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Keeps an image, whole or not at all. If that fails, as on a full disk, the image is decoded again next time.</summary>
    /// <param name="key">Its <see cref="KeyOf"/>.</param>
    /// <param name="pixels">Its bytes.</param>
    /// <param name="width">The width in its own file.</param>
    /// <param name="height">The height in its own file.</param>
    internal void Write(string key, ReadOnlySpan<byte> pixels, int width, int height)
    {
        if (folder is null)
            return;
        var bytes = new byte[HeadLength + pixels.Length + TailLength];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, width);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(4), height);
        pixels.CopyTo(bytes.AsSpan(HeadLength));
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(^TailLength), XxHash3.HashToUInt64(bytes.AsSpan(..^TailLength)));
        try
        {
            var path = PathOf(key);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            AtomicFile.Write(path, file => file.Write(bytes));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The caller has the image already; only the next run has more work.
        }
    }

    private string PathOf(string key) => Path.Combine(folder!, key[..2], $"{key[2..]}.rgb");
}
