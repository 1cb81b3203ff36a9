using System.Buffers.Binary;
using System.Text.Json;
using System.Text.Json.Nodes;
using AnomalyLab.Data;
using static TorchSharp.torch;

namespace AnomalyLab.Models;

/// <summary>
/// Named tensors in one file, readable from Python as well: 8 bytes with the header's length, a JSON header with each
/// tensor's type, shape and place, then the bytes.
/// </summary>
/// <remarks>Format: https://github.com/huggingface/safetensors, "Format".</remarks>
public static class SafeTensors
{
    private const string MetadataKey = "__metadata__";

    private static readonly (ScalarType Type, string Name, int Bytes)[] Types =
    [
        (int64, "I64", 8), (float64, "F64", 8), (float32, "F32", 4), (int32, "I32", 4),
        (bfloat16, "BF16", 2), (float16, "F16", 2), (int16, "I16", 2), (uint8, "U8", 1), (int8, "I8", 1), (@bool, "BOOL", 1),
    ];

    /// <summary>Writes tensors beside <paramref name="path"/> and renames, so that no reader ever sees half a file.</summary>
    /// <param name="path">The file; its folder exists.</param>
    /// <param name="tensors">The tensors by name, on any device.</param>
    /// <param name="metadata">Texts to keep with them.</param>
    public static void Save(string path, IReadOnlyDictionary<string, Tensor> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        var header = new JsonObject();
        if (metadata is not null)
            header[MetadataKey] = new JsonObject(metadata.Select(m => KeyValuePair.Create(m.Key, (JsonNode?)m.Value)));

        // The widest types first keep every tensor aligned to its own size.
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
        var padding = -json.Length & 7;
        AtomicFile.Write(path, file =>
        {
            Span<byte> length = stackalloc byte[8];
            BinaryPrimitives.WriteInt64LittleEndian(length, json.Length + padding);
            file.Write(length);
            file.Write(json);
            file.Write("       "u8[..padding]);
            foreach (var (_, tensor, _) in ordered)
            {
                using var scope = NewDisposeScope();
                file.Write(tensor.detach().cpu().contiguous().bytes);
            }
        });
    }

    /// <summary>Reads all tensors of a file.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The tensors by name, on the processor, which the caller owns; and the texts kept with them.</returns>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is cut off or of another kind.</exception>
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
                throw new InvalidDataException($"{path} is not a safetensors file, or is cut off.");
            var json = new byte[size];
            file.ReadExactly(json);
            var header = JsonNode.Parse(json)!.AsObject();
            var start = 8 + size;

            var tensors = new Dictionary<string, Tensor>();
            foreach (var (name, entry) in header.Where(e => e.Key != MetadataKey))
            {
                var type = Types.Single(t => t.Name == (string?)entry!["dtype"]);
                var shape = entry!["shape"]!.AsArray().Select(s => (long)s!).ToArray();
                long from = (long)entry["data_offsets"]![0]!, to = (long)entry["data_offsets"]![1]!;
                if (to - from != shape.Aggregate(1L, (a, b) => a * b) * type.Bytes)
                    throw new InvalidDataException($"{path} is damaged: {name} has not as many bytes as its shape needs.");
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
            throw new InvalidDataException($"{path} is not a safetensors file, or is cut off.", e);
        }
    }

    private static (ScalarType Type, string Name, int Bytes) TypeOf(Tensor tensor, string name) =>
        Types.FirstOrDefault(t => t.Type == tensor.dtype) is { Bytes: > 0 } type
            ? type
            : throw new NotSupportedException($"Tensors of type {tensor.dtype}, such as {name}, have no place in a safetensors file.");
}
