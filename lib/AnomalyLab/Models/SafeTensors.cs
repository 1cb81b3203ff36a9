using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using AnomalyLab.Data;
using AnomalyLab.Display;
using static TorchSharp.torch;

namespace AnomalyLab.Models;

/// <summary>
/// Named tensors in one file, readable from Python as well: 8 bytes with the header's length, a JSON header with each
/// tensor's type, shape and place, then the bytes. Where texts are kept with them, so is a checksum of the whole file.
/// </summary>
/// <remarks>Format: https://github.com/huggingface/safetensors, "Format".</remarks>
public static class SafeTensors
{
    /// <summary>The key of the checksum among the texts: XXH128 of the file, with zeros in place of the checksum's own digits.</summary>
    internal const string ChecksumKey = "xxh128";

    private const string MetadataKey = "__metadata__";
    private const string NoChecksum = "00000000000000000000000000000000";

    private static readonly byte[] BeforeChecksum = Encoding.UTF8.GetBytes($"{{\"{MetadataKey}\":{{\"{ChecksumKey}\":\"");

    private static readonly (ScalarType Type, string Name, int Bytes)[] Types =
    [
        (int64, "I64", 8), (float64, "F64", 8), (float32, "F32", 4), (int32, "I32", 4),
        (bfloat16, "BF16", 2), (float16, "F16", 2), (int16, "I16", 2), (uint8, "U8", 1), (int8, "I8", 1), (@bool, "BOOL", 1),
    ];

    /// <summary>Writes tensors to a file beside <paramref name="path"/> and renames it, so that no reader ever sees half a file.</summary>
    /// <param name="path">The file; its folder exists.</param>
    /// <param name="tensors">The tensors by name, on any device.</param>
    /// <param name="metadata">Texts to keep with them.</param>
    public static void Save(string path, IReadOnlyDictionary<string, Tensor> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        var header = new JsonObject();
        if (metadata is not null)
            header[MetadataKey] = new JsonObject(metadata.Prepend(new(ChecksumKey, NoChecksum)).Select(m => KeyValuePair.Create(m.Key, (JsonNode?)m.Value)));

        // With the widest types first, every tensor is aligned to its element size.
        var ordered = tensors.Select(t => (t.Key, t.Value, Type: TypeOf(t.Value, t.Key))).OrderByDescending(t => t.Type.Bytes).ToArray();
        long offset = 0;
        foreach (var (name, tensor, type) in ordered)
        {
            var end = offset + tensor.numel() * type.Bytes;
            header[name] = new JsonObject
            {
                ["dtype"] = type.Name,
                ["shape"] = new JsonArray([.. tensor.shape.Select(s => (JsonNode)s)]),
                ["data_offsets"] = new JsonArray(offset, end),
            };
            offset = end;
        }

        var json = JsonSerializer.SerializeToUtf8Bytes(header);
        var start = new byte[8 + json.Length + (-json.Length & 7)];
        BinaryPrimitives.WriteInt64LittleEndian(start, start.Length - 8);
        start.AsSpan(8 + json.Length).Fill((byte)' ');
        json.CopyTo(start, 8);
        AtomicFile.Write(path, file =>
        {
            var hash = new XxHash128();
            void Write(ReadOnlySpan<byte> bytes)
            {
                hash.Append(bytes);
                file.Write(bytes);
            }

            Write(start);
            foreach (var (_, tensor, _) in ordered)
            {
                using var scope = NewDisposeScope();
                var stored = tensor.detach().cpu().contiguous(); // held, or a garbage collection could free it meanwhile
                Write(stored.bytes);
            }
            if (metadata is null)
                return;
            file.Position = 8 + BeforeChecksum.Length;
            file.Write(Encoding.UTF8.GetBytes(Convert.ToHexStringLower(hash.GetCurrentHash())));
        });
    }

    /// <summary>Reads all tensors of a file.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The tensors by name, on the processor, which the caller owns; and the texts kept with them.</returns>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is cut off, damaged or of another kind.</exception>
    public static (Dictionary<string, Tensor> Tensors, Dictionary<string, string> Metadata) Load(string path)
    {
        using var file = File.OpenRead(path);
        using var scope = NewDisposeScope();
        try
        {
            Span<byte> length = stackalloc byte[8];
            file.ReadExactly(length);
            var size = BinaryPrimitives.ReadInt64LittleEndian(length);
            if (size < 2 || size > file.Length - 8)
                throw new InvalidDataException(Texts.Format($"{path} is not a safetensors file, or is cut off."));
            var json = new byte[size];
            file.ReadExactly(json);
            CheckSum(file, length, json);
            var header = JsonNode.Parse(json)!.AsObject();
            var start = 8 + size;

            var tensors = new Dictionary<string, Tensor>();
            foreach (var (name, entry) in header.Where(e => e.Key != MetadataKey))
            {
                var type = Types.Single(t => t.Name == (string?)entry!["dtype"]);
                var shape = entry!["shape"]!.AsArray().Select(s => (long)s!).ToArray();
                long from = (long)entry["data_offsets"]![0]!, to = (long)entry["data_offsets"]![1]!;
                if (to - from != shape.Aggregate(1L, (a, b) => a * b) * type.Bytes)
                    throw new InvalidDataException(Texts.Format($"{path} is damaged: {name} has not as many bytes as its shape needs."));
                file.Position = start + from;
                var bytes = new byte[to - from];
                file.ReadExactly(bytes);
                var tensor = empty(shape, type.Type);
                tensor.bytes = bytes;
                tensors[name] = tensor;
            }
            foreach (var tensor in tensors.Values)
                tensor.DetachFromDisposeScope();
            var metadata = header[MetadataKey]?.AsObject().ToDictionary(m => m.Key, m => (string)m.Value!) ?? [];
            return (tensors, metadata);
        }
        catch (Exception e) when (e is EndOfStreamException or JsonException or InvalidOperationException or NullReferenceException or FormatException or ArgumentException or OverflowException)
        {
            throw new InvalidDataException(Texts.Format($"{path} is not a safetensors file, or is cut off."), e);
        }
    }

    /// <summary>Compares a file's checksum, if it has one, with what is in it.</summary>
    private static void CheckSum(FileStream file, ReadOnlySpan<byte> length, ReadOnlySpan<byte> json)
    {
        if (!json.StartsWith(BeforeChecksum))
            return;
        var hash = new XxHash128();
        hash.Append(length);
        hash.Append(BeforeChecksum);
        hash.Append(Encoding.UTF8.GetBytes(NoChecksum));
        hash.Append(json[(BeforeChecksum.Length + NoChecksum.Length)..]);
        hash.Append(file);
        if (!json.Slice(BeforeChecksum.Length, NoChecksum.Length).SequenceEqual(Encoding.UTF8.GetBytes(Convert.ToHexStringLower(hash.GetCurrentHash()))))
            throw new InvalidDataException(Texts.Format($"{file.Name} is damaged or is cut off: its checksum does not fit what is in it. Copy it anew, or make it anew."));
    }

    private static (ScalarType Type, string Name, int Bytes) TypeOf(Tensor tensor, string name) =>
        Types.FirstOrDefault(t => t.Type == tensor.dtype) is { Bytes: > 0 } type
            ? type
            : throw new NotSupportedException($"Tensors of type {tensor.dtype}, such as {name}, have no place in a safetensors file.");
}
