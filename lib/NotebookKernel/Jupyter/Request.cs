using System.Text.Json.Nodes;

namespace NotebookKernel.Jupyter;

/// <summary>The sockets on which a front end asks and is answered.</summary>
internal enum RequestChannel
{
    /// <summary>Executes cells and answers questions, one after the other.</summary>
    Shell,

    /// <summary>What must not wait behind a running cell: interrupt, shutdown.</summary>
    Control,

    /// <summary>The kernel asks, the front end answers.</summary>
    Stdin,
}

/// <summary>A message from a front end, with a verified signature.</summary>
/// <param name="Channel">Where it came in, and where the answer goes.</param>
/// <param name="Identities">To whom the answer goes.</param>
/// <param name="Header">The header as it came in: the parent header of all that it causes.</param>
/// <param name="Type">What is asked, such as <c>execute_request</c>.</param>
/// <param name="Content">The question.</param>
internal sealed record Request(RequestChannel Channel, IReadOnlyList<byte[]> Identities, byte[] Header, string Type, JsonObject Content)
{
    /// <summary>The type of the reply, such as <c>execute_reply</c>.</summary>
    public string ReplyType => Type.Replace("_request", "_reply", StringComparison.Ordinal);

    public string Text(string name) => Content[name]?.GetValue<string>() ?? "";

    public bool Flag(string name, bool otherwise) => Content[name]?.GetValue<bool>() ?? otherwise;

    public int Number(string name, int otherwise) => Content[name]?.GetValue<int>() ?? otherwise;
}
