using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using NetMQ;
using NotebookKernel.Notebooks;

namespace NotebookKernel.Jupyter;

/// <summary>Messages as frames: identities, delimiter, signature, header, parent header, metadata, content.</summary>
/// <remarks>Jupyter messaging 5.3, https://jupyter-client.readthedocs.io/en/stable/messaging.html#the-wire-protocol.</remarks>
/// <param name="key">The key that messages are signed with; empty for none.</param>
/// <param name="clock">Dates the messages.</param>
internal sealed class WireFormat(string key, TimeProvider clock)
{
    public const string ProtocolVersion = "5.3";

    private const int PartCount = 4;

    private static readonly byte[] delimiter = "<IDS|MSG>"u8.ToArray();
    private static readonly JsonSerializerOptions format = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, MaxDepth = LenientJson.MaxDepth };

    private readonly byte[] key = Encoding.UTF8.GetBytes(key);
    private readonly string session = Guid.NewGuid().ToString();

    /// <summary>Reads a message.</summary>
    /// <param name="channel">Where it came in.</param>
    /// <param name="message">Its frames.</param>
    /// <returns><c>null</c> if it is no message, or is not signed with the key.</returns>
    public Request? Read(RequestChannel channel, NetMQMessage message)
    {
        var frames = message.Select(frame => frame.ToByteArray()).ToList();
        var end = frames.FindIndex(frame => frame.AsSpan().SequenceEqual(delimiter));
        if (end < 0 || frames.Count < end + 2 + PartCount)
            return null;
        var parts = frames.GetRange(end + 2, PartCount);
        if (!CryptographicOperations.FixedTimeEquals(frames[end + 1], Sign(parts)))
            return null;
        try
        {
            return JsonNode.Parse(parts[0])?["msg_type"]?.GetValue<string>() is { } type && LenientJson.Parse(Encoding.UTF8.GetString(parts[3])) is JsonObject content
                ? new Request(channel, frames[..end], parts[0], type, content)
                : null;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>Makes a message.</summary>
    /// <param name="route">The recipient's identities, or the topic.</param>
    /// <param name="type">Its type.</param>
    /// <param name="parent">The header of the request that caused it; empty for none.</param>
    /// <param name="content">What it says.</param>
    public NetMQMessage Write(IEnumerable<byte[]> route, string type, byte[] parent, JsonObject content)
    {
        var header = new JsonObject
        {
            ["msg_id"] = Guid.NewGuid().ToString(),
            ["msg_type"] = type,
            ["username"] = "kernel",
            ["session"] = session,
            ["date"] = clock.GetUtcNow().ToString("O"),
            ["version"] = ProtocolVersion,
        };
        byte[][] parts = [Bytes(header), parent.Length > 0 ? parent : "{}"u8.ToArray(), "{}"u8.ToArray(), Bytes(content)];
        return new NetMQMessage([.. route, delimiter, Sign(parts), .. parts]);
    }

    private byte[] Sign(IEnumerable<byte[]> parts)
    {
        if (key.Length == 0)
            return [];
        using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);
        foreach (var part in parts)
            hash.AppendData(part);
        return Encoding.ASCII.GetBytes(Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    private static byte[] Bytes(JsonObject json) => Encoding.UTF8.GetBytes(json.ToJsonString(format));
}
