using System.Text.Json;
using System.Text.Json.Serialization;
using NotebookKernel.Notebooks;

namespace NotebookKernel.Jupyter;

/// <summary>The file that a front end writes for the kernel it starts: where to listen, and the key that both share.</summary>
/// <remarks>Described at https://jupyter-client.readthedocs.io/en/stable/kernels.html#connection-files.</remarks>
internal sealed record ConnectionFile
{
    private static readonly JsonSerializerOptions format = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>The only address to listen on.</summary>
    public required string Ip { get; init; }

    /// <summary><c>tcp</c>; nothing else is supported.</summary>
    public required string Transport { get; init; }

    public required int ShellPort { get; init; }

    public required int ControlPort { get; init; }

    public required int StdinPort { get; init; }

    public required int IopubPort { get; init; }

    [JsonPropertyName("hb_port")]
    public required int HeartbeatPort { get; init; }

    /// <summary>The key that messages are signed with; empty for none.</summary>
    public required string Key { get; init; }

    /// <summary><c>hmac-sha256</c>, unless the key is empty.</summary>
    public string SignatureScheme { get; init; } = "";

    /// <summary>Reads the file.</summary>
    /// <exception cref="NotebookException">It cannot be read, or asks for something that is not supported.</exception>
    public static ConnectionFile Load(string path)
    {
        ConnectionFile file;
        try
        {
            file = JsonSerializer.Deserialize<ConnectionFile>(File.ReadAllText(path), format)
                ?? throw new JsonException("it is empty");
        }
        catch (JsonException exception)
        {
            throw new NotebookException($"{path} is not a Jupyter connection file: {exception.Message}", exception);
        }

        if (file.Transport != "tcp")
            throw new NotebookException($"{path} asks for the transport {file.Transport}; only tcp is spoken here.");
        if (file.Key.Length > 0 && file.SignatureScheme != "hmac-sha256")
            throw new NotebookException($"{path} asks for signatures by {file.SignatureScheme}; only hmac-sha256 is known here.");
        return file;
    }

    /// <summary>Where a socket listens.</summary>
    public string AddressOf(int port) => $"tcp://{Ip}:{port}";
}
