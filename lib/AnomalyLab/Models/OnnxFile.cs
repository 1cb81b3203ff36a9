using System.Runtime.InteropServices;
using Google.Protobuf;
using static Google.Protobuf.WireFormat;

namespace AnomalyLab.Models;

/// <summary>The operations and float weights of an ONNX file: enough to rebuild a network whose architecture is known.</summary>
/// <remarks>Format: protocol buffers, with the field numbers of https://github.com/onnx/onnx, <c>onnx/onnx.proto</c>.</remarks>
internal sealed class OnnxFile
{
    private readonly CodedInputStream input;

    private OnnxFile(CodedInputStream input, long length)
    {
        this.input = input;
        const int Graph = 7;
        Fields(length, (field, _) => field == Graph && Message(AddFromGraph));
    }

    /// <summary>An operation, with the names of its inputs and outputs.</summary>
    public sealed record Node(string Operation, IReadOnlyList<string> Inputs, IReadOnlyList<string> Outputs);

    /// <summary>Weights in row-major order.</summary>
    public sealed record Weight(long[] Shape, ByteString Bytes)
    {
        public ReadOnlySpan<float> Values => MemoryMarshal.Cast<byte, float>(Bytes.Span); // little-endian, as all processors that libtorch runs on
    }

    /// <summary>The operations, each after those that it depends on.</summary>
    public List<Node> Nodes { get; } = [];

    /// <summary>The weights by name.</summary>
    public Dictionary<string, Weight> Weights { get; } = [];

    /// <summary>Reads a file.</summary>
    /// <exception cref="InvalidDataException">The file is cut off or of another kind.</exception>
    public static OnnxFile Read(string path)
    {
        using var file = File.OpenRead(path);
        using var input = new CodedInputStream(file);
        try
        {
            return new OnnxFile(input, file.Length);
        }
        catch (Exception e) when (e is InvalidProtocolBufferException or InvalidOperationException or OverflowException)
        {
            throw new InvalidDataException($"{path} is cut off, or is no ONNX file.", e);
        }
    }

    private bool AddFromGraph(int field, WireType type)
    {
        const int Node = 1, Initializer = 5;
        return field switch
        {
            Node => AddNode(),
            Initializer => AddWeight(),
            _ => false,
        };
    }

    private bool AddNode()
    {
        const int Input = 1, Output = 2, Operation = 4;
        string operation = "";
        List<string> inputs = [], outputs = [];
        Message((field, _) =>
        {
            if (field is not (Input or Output or Operation))
                return false;
            var text = input.ReadString();
            if (field == Operation)
                operation = text;
            else
                (field == Input ? inputs : outputs).Add(text);
            return true;
        });
        Nodes.Add(new(operation, inputs, outputs));
        return true;
    }

    private bool AddWeight()
    {
        const int Dimension = 1, Floats = 4, Name = 8;
        string name = "";
        List<long> shape = [];
        var values = ByteString.Empty;
        Message((field, type) =>
        {
            switch (field, type)
            {
                case (Dimension, WireType.Varint):
                    shape.Add(input.ReadInt64());
                    return true;
                case (Floats, WireType.LengthDelimited):
                    values = input.ReadBytes();
                    return true;
                case (Name, _):
                    name = input.ReadString();
                    return true;
                default:
                    return false;
            }
        });
        Weights[name] = new([.. shape], values);
        return true;
    }

    /// <summary>The fields of a message that begins with its length.</summary>
    private bool Message(Func<int, WireType, bool> read)
    {
        var length = input.ReadLength();
        Fields(input.Position + length, read);
        return true;
    }

    /// <summary>The fields up to a position in the file; fields that the caller does not read are skipped.</summary>
    private void Fields(long end, Func<int, WireType, bool> read)
    {
        while (input.Position < end)
        {
            var tag = input.ReadTag();
            if (!read(GetTagFieldNumber(tag), GetTagWireType(tag)))
                input.SkipLastField();
        }
    }
}
