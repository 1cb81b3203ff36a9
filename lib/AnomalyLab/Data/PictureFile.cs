using System.Buffers.Binary;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using AnomalyLab.Display;
using SkiaSharp;

namespace AnomalyLab.Data;

/// <summary>
/// A picture of any common kind, decoded to upright, opaque 8-bit RGB: turned by its EXIF orientation, grey and palettes
/// converted, transparent parts on white, 16 bits a channel scaled to 8. All of the library reads pictures here.
/// </summary>
/// <param name="Width">The width in pixels, after turning.</param>
/// <param name="Height">The height in pixels, after turning.</param>
/// <param name="Pixels">One number a pixel, row by row, whose bytes are red, green, blue and 255.</param>
/// <param name="Bits">How many bits a channel the file uses: 8, or 12 or 16 of 16.</param>
internal sealed record PictureFile(int Width, int Height, uint[] Pixels, int Bits)
{
    /// <summary>Larger pictures are refused: this many take half a gigabyte.</summary>
    public const long MostPixels = 1 << 27;

    /// <summary>Red, green, blue and 255 of each pixel, row by row.</summary>
    public ReadOnlySpan<byte> Rgba => MemoryMarshal.AsBytes(Pixels.AsSpan());

    /// <summary>Whether all pixels have one colour.</summary>
    public bool IsOneColor => !Pixels.AsSpan().ContainsAnyExcept(Pixels[0]);

    /// <summary>Reads an image file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="leastBits">
    /// If a file with 16 bits a channel has no value above 4095, it counts as from a 12-bit camera, and white is 4095. With 16
    /// here, white is always 65535: for a dark picture among brighter ones of the same camera.
    /// </param>
    /// <exception cref="InvalidDataException">The file is no picture, cut off or too large; the message names it.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static PictureFile Read(string path, int leastBits = 8)
    {
        using var encoded = new Encoded(path);
        var bits = 8;
        uint[] pixels;
        if (encoded.Has16Bits)
            (pixels, bits) = To8Bits(encoded.Decode16(), leastBits);
        else
            pixels = encoded.Decode8();
        if (!encoded.IsOpaque)
            PutOnWhite(pixels);
        var (width, height, upright) = encoded.Upright(pixels);
        return new(width, height, upright, bits);
    }

    /// <summary>
    /// Reads which pixels a mask marks: those that are neither black nor transparent; if all are black, those that are not
    /// transparent. In a JPEG, whose black is not quite black, pixels must be at least half bright.
    /// </summary>
    /// <param name="path">The file, in any encoding: grey, colours, a palette, 1 to 16 bits, 1 or 255 as white.</param>
    /// <exception cref="InvalidDataException">The file is no picture, cut off or too large, or marks nothing; the message names it.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static (int Width, int Height, bool[] Marked) ReadMask(string path)
    {
        using var encoded = new Encoded(path);
        var pixels = encoded.Has16Bits ? encoded.Decode16() : Array.ConvertAll(encoded.Decode8(), Widen);
        ulong least = encoded.IsJpeg ? 128ul * 257 : 1;
        bool IsTransparent(ulong pixel) => pixel >> 48 == 0;
        bool IsBright(ulong pixel) => (pixel & 0xffff) >= least || (pixel >> 16 & 0xffff) >= least || (pixel >> 32 & 0xffff) >= least;
        var marked = Array.ConvertAll(pixels, pixel => !IsTransparent(pixel) && IsBright(pixel));
        if (!marked.Contains(true) && pixels.Any(IsTransparent))
            marked = Array.ConvertAll(pixels, pixel => !IsTransparent(pixel));
        return marked.Contains(true) ? encoded.Upright(marked)
            : throw new InvalidDataException(Texts.Format($"{path} marks no pixel, but it is the mask of a defect: paint the defect white on black, or remove mask and picture."));
    }

    /// <summary>The size of an image file, turned upright, from its first bytes; <c>null</c> if it is no image.</summary>
    public static (int Width, int Height)? SizeOf(string path)
    {
        using var codec = SKCodec.Create(path);
        return codec is null ? null : codec.EncodedOrigin >= SKEncodedOrigin.LeftTop ? (codec.Info.Height, codec.Info.Width) : (codec.Info.Width, codec.Info.Height);
    }

    /// <summary>The picture stretched to another size, as 8-bit RGB, width × height × 3 bytes.</summary>
    public void Resize(int width, int height, Span<byte> rgb) => PillowBilinear.Resize(Rgba, Width, Height, width, height, rgb);

    private static ulong Widen(uint pixel) =>
        257 * ((pixel & 0xfful) | (pixel & 0xff00ul) << 8 | (pixel & 0xff0000ul) << 16 | (pixel & 0xff000000ul) << 24);

    private static (uint[] Pixels, int Bits) To8Bits(ulong[] pixels, int leastBits)
    {
        var all = pixels.Aggregate(0ul, (seen, pixel) => seen | pixel);
        var bits = leastBits > 12 || ((all | all >> 16 | all >> 32) & 0xf000) != 0 ? 16 : 12;
        ulong white = (1ul << bits) - 1;
        uint Scaled(ulong value) => (uint)((value * 255 + white / 2) / white);
        return (Array.ConvertAll(pixels, pixel => Scaled(pixel & 0xffff) | Scaled(pixel >> 16 & 0xffff) << 8 | Scaled(pixel >> 32 & 0xffff) << 16 | (uint)(pixel >> 56) << 24), bits);
    }

    private static void PutOnWhite(uint[] pixels)
    {
        foreach (ref var pixel in pixels.AsSpan())
        {
            var (value, alpha) = (pixel, pixel >> 24);
            uint OnWhite(int shift) => ((value >> shift & 255) * alpha + 255 * (255 - alpha) + 127) / 255 << shift;
            pixel = 0xff000000 | OnWhite(0) | OnWhite(8) | OnWhite(16);
        }
    }

    /// <summary>An image file before it is decoded.</summary>
    private sealed class Encoded : IDisposable
    {
        private const int PngDepth = 24, PngColor = 25, PngHeaderEnd = 29; // PNG specification, 11.2.1: IHDR is the first chunk
        private const byte Grey = 0, GreyAndAlpha = 4;

        private readonly string path;
        private readonly SKData data;
        private readonly SKCodec codec;
        private readonly bool isGrey16;

        public Encoded(string path)
        {
            this.path = path;
            var bytes = File.ReadAllBytes(path); // faster than a codec that reads the file itself
            Has16Bits = bytes.Length > PngHeaderEnd + 4 && bytes.AsSpan(1, 3).SequenceEqual("PNG"u8) && bytes[PngDepth] == 16;
            isGrey16 = Has16Bits && bytes[PngColor] == Grey;
            if (isGrey16)
            {
                // Skia drops the lower byte of 16-bit grey. With the header changed to 8-bit grey and alpha, the same bytes decode to both.
                (bytes[PngDepth], bytes[PngColor]) = (8, GreyAndAlpha);
                BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(PngHeaderEnd), Crc32.HashToUInt32(bytes.AsSpan(12..PngHeaderEnd)));
            }
            data = SKData.CreateCopy(bytes);
            if (SKCodec.Create(data) is not { } known)
            {
                data.Dispose();
                throw new InvalidDataException(Texts.Format($"{path} is not an image this library can read: replace it by a PNG file, or remove it."));
            }
            codec = known;
            var (width, height) = (codec.Info.Width, codec.Info.Height);
            if ((long)width * height <= MostPixels)
                return;
            Dispose();
            throw new InvalidDataException(Texts.Format($"{path} is too large, {width}×{height} pixels; at most {MostPixels / 1_000_000} million can be read: make it smaller, or cut it into parts."));
        }

        public bool Has16Bits { get; }

        public bool IsJpeg => codec.EncodedFormat == SKEncodedImageFormat.Jpeg;

        public bool IsOpaque => isGrey16 || codec.Info.AlphaType == SKAlphaType.Opaque;

        public uint[] Decode8() => Decode<uint>(SKColorType.Rgba8888);

        /// <summary>Four 16-bit values per pixel, red in the lowest bits.</summary>
        public ulong[] Decode16()
        {
            if (isGrey16)
                return Array.ConvertAll(Decode<uint>(SKColorType.Rgba8888), pixel => ((pixel & 255) << 8 | pixel >> 24) * 0x100010001ul | 0xfffful << 48);
            return Array.ConvertAll(Decode<ulong>(SKColorType.RgbaF16), pixel =>
            {
                ulong Value(int shift) => (ulong)MathF.Round((float)BitConverter.UInt16BitsToHalf((ushort)(pixel >> shift)) * 65535) << shift;
                return Value(0) | Value(16) | Value(32) | Value(48);
            });
        }

        /// <summary>Turns the pixels as the EXIF orientation says.</summary>
        public (int Width, int Height, T[] Pixels) Upright<T>(T[] pixels)
        {
            var origin = codec.EncodedOrigin;
            var (w, h) = (codec.Info.Width, codec.Info.Height);
            if (origin == SKEncodedOrigin.TopLeft)
                return (w, h, pixels);
            var (width, height) = origin >= SKEncodedOrigin.LeftTop ? (h, w) : (w, h);
            var upright = new T[pixels.Length];
            for (var y = 0; y < height; y++)
            {
                for (var x = 0; x < width; x++)
                {
                    var (column, row) = origin switch // EXIF 2.3, tag 0x0112: the corner of the first pixel, and the direction of the first row
                    {
                        SKEncodedOrigin.TopRight => (w - 1 - x, y),
                        SKEncodedOrigin.BottomRight => (w - 1 - x, h - 1 - y),
                        SKEncodedOrigin.BottomLeft => (x, h - 1 - y),
                        SKEncodedOrigin.LeftTop => (y, x),
                        SKEncodedOrigin.RightTop => (y, h - 1 - x),
                        SKEncodedOrigin.RightBottom => (w - 1 - y, h - 1 - x),
                        SKEncodedOrigin.LeftBottom => (w - 1 - y, x),
                        _ => (x, y),
                    };
                    upright[y * width + x] = pixels[row * w + column];
                }
            }
            return (width, height, upright);
        }

        public void Dispose()
        {
            codec.Dispose();
            data.Dispose();
        }

        private unsafe T[] Decode<T>(SKColorType type) where T : unmanaged
        {
            // Colours stay as they are in the file. Passing a colour space for that would be unsafe: a garbage collection on another
            // thread can free it before Skia has its own reference, and Skia would then write to freed memory.
            var info = codec.Info.WithColorType(type).WithAlphaType(SKAlphaType.Unpremul).WithColorSpace(null);
            try
            {
                var pixels = GC.AllocateUninitializedArray<T>(info.Width * info.Height);
                fixed (T* to = pixels)
                {
                    if (codec.GetPixels(info, (nint)to) is var result && result != SKCodecResult.Success)
                        throw new InvalidDataException(Texts.Format($"{path} is cut off or damaged ({result}): copy it anew, or remove it."));
                }
                return pixels;
            }
            catch (OutOfMemoryException e)
            {
                throw new InvalidDataException(Texts.Format($"{path} is too large for the memory there is, {info.Width}×{info.Height} pixels: make it smaller."), e);
            }
        }
    }
}
