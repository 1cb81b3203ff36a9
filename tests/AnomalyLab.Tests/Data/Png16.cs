using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;

namespace AnomalyLab.Tests.Data;

/// <summary>Writes what Skia does not: PNG files with 16 bits a channel, and headers of pictures that nobody could hold.</summary>
internal static class Png16
{
    /// <param name="path">The file.</param>
    /// <param name="width">The width in pixels.</param>
    /// <param name="height">The height in pixels.</param>
    /// <param name="color">PNG's number for grey (0), RGB (2), or RGB and alpha (6).</param>
    /// <param name="value">The value of all colours at x and y; alpha is 65535.</param>
    public static void Write(string path, int width, int height, byte color, Func<int, int, ushort> value)
    {
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionMode.Compress))
        {
            for (var y = 0; y < height; y++)
            {
                zlib.WriteByte(0); // no filter
                for (var x = 0; x < width; x++)
                {
                    ushort[] pixel = color switch
                    {
                        0 => [value(x, y)],
                        2 => [value(x, y), value(x, y), value(x, y)],
                        _ => [value(x, y), value(x, y), value(x, y), ushort.MaxValue],
                    };
                    foreach (var channel in pixel)
                        zlib.Write([(byte)(channel >> 8), (byte)channel]);
                }
            }
        }
        File.WriteAllBytes(path, [.. Start(width, height, 16, color), .. Chunk("IDAT"u8, packed.ToArray()), .. Chunk("IEND"u8, [])]);
    }

    /// <summary>A grey picture of which only the beginning is there.</summary>
    public static void WriteHeader(string path, int width, int height) => File.WriteAllBytes(path, [.. Start(width, height, 8, 0), .. Chunk("IDAT"u8, [0x78, 0x9c])]);

    private static byte[] Start(int width, int height, byte depth, byte color)
    {
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9]) = (depth, color);
        return [0x89, .. "PNG\r\n"u8, 0x1a, (byte)'\n', .. Chunk("IHDR"u8, header)];
    }

    private static byte[] Chunk(ReadOnlySpan<byte> type, byte[] data)
    {
        var chunk = new byte[12 + data.Length];
        BinaryPrimitives.WriteInt32BigEndian(chunk, data.Length);
        type.CopyTo(chunk.AsSpan(4));
        data.CopyTo(chunk, 8);
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(8 + data.Length), Crc32.HashToUInt32(chunk.AsSpan(4, 4 + data.Length)));
        return chunk;
    }
}
