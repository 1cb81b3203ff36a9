using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using NetMQ;
using NetMQ.Sockets;

namespace NotebookKernel.Tests.Jupyter;

/// <summary>A front end over real sockets, written from the protocol's description and not from the kernel's code.</summary>
internal sealed class JupyterClient : IDisposable
{
    private static readonly TimeSpan patience = TimeSpan.FromMinutes(3);

    private readonly string key;
    private readonly DealerSocket shell, control, stdin;
    private readonly SubscriberSocket iopub = new();
    private readonly RequestSocket heartbeat = new();
    private readonly Dictionary<string, List<Message>> published = [];

    public JupyterClient(JsonObject connection, string? otherKey = null)
    {
        key = otherKey ?? connection["key"]!.ToString();
        var identity = Guid.NewGuid().ToByteArray();
        shell = Dealer("shell_port");
        control = Dealer("control_port");
        stdin = Dealer("stdin_port");
        iopub.SubscribeToAnyTopic();
        iopub.Connect(Address("iopub_port"));
        heartbeat.Connect(Address("hb_port"));

        DealerSocket Dealer(string port)
        {
            var socket = new DealerSocket();
            socket.Options.Identity = identity;
            socket.Connect(Address(port));
            return socket;
        }

        string Address(string port) => $"tcp://{connection["ip"]}:{connection[port]}";
    }

    public sealed record Message(string Type, JsonObject Header, string? Parent, JsonObject Content)
    {
        public string? Text(string name) => Content[name]?.ToString();
    }

    /// <summary>A connection file's content, with free ports of the loopback address.</summary>
    public static JsonObject Connection(string key = "a key")
    {
        var listeners = Enumerable.Range(0, 5).Select(_ => new TcpListener(IPAddress.Loopback, 0)).ToList();
        listeners.ForEach(listener => listener.Start());
        var ports = listeners.ConvertAll(listener => ((IPEndPoint)listener.LocalEndpoint).Port);
        listeners.ForEach(listener => listener.Dispose());
        return new JsonObject
        {
            ["ip"] = "127.0.0.1",
            ["transport"] = "tcp",
            ["shell_port"] = ports[0],
            ["control_port"] = ports[1],
            ["stdin_port"] = ports[2],
            ["iopub_port"] = ports[3],
            ["hb_port"] = ports[4],
            ["key"] = key,
            ["signature_scheme"] = "hmac-sha256",
            ["kernel_name"] = "test",
        };
    }

    /// <summary>Asks until the kernel is there and its broadcasts are heard, as front ends do.</summary>
    public void WaitUntilReady()
    {
        for (var attempt = 0; attempt < 600; attempt++)
        {
            var id = Send("kernel_info_request", []);
            if (TryReceive(shell, patience) is null)
                break;
            while (TryReceive(iopub, TimeSpan.FromSeconds(0.1)) is { } message)
            {
                if (message.Parent == id && message.Text("execution_state") == "idle")
                    return;
            }
        }

        Assert.Fail("The kernel does not answer kernel_info_request.");
    }

    public string Send(string type, JsonObject content) => Send(shell, type, content);

    public string SendControl(string type, JsonObject content) => Send(control, type, content);

    /// <summary>Runs a cell and waits for its answer.</summary>
    public Message Execute(string code, JsonObject? more = null) => Reply(SendCell(code, more));

    public string SendCell(string code, JsonObject? more = null)
    {
        var content = new JsonObject { ["code"] = code, ["allow_stdin"] = true };
        foreach (var (name, value) in more ?? [])
            content[name] = value?.DeepClone();
        return Send("execute_request", content);
    }

    public Message Ask(string type, JsonObject content) => Reply(Send(type, content));

    public Message AskControl(string type, JsonObject content)
    {
        SendControl(type, content);
        return Receive(control, type);
    }

    /// <summary>The answer on the shell channel, which is the next one there.</summary>
    public Message Reply(string id)
    {
        var reply = Receive(shell, "a reply");
        Assert.Equal(id, reply.Parent);
        return reply;
    }

    public Message? TryReply(TimeSpan wait) => TryReceive(shell, wait);

    /// <summary>Everything that was broadcast because of a request, from "busy" to "idle".</summary>
    public List<Message> Published(string id)
    {
        while (!Of(id).Exists(message => message.Text("execution_state") == "idle"))
            Hear();
        return Of(id);
    }

    /// <summary>Waits for a broadcast.</summary>
    public Message Hears(string id, Predicate<Message> wanted)
    {
        while (!Of(id).Exists(wanted))
            Hear();
        return Of(id).Find(wanted)!;
    }

    /// <summary>The question that the kernel asks on the stdin channel.</summary>
    public Message Question() => Receive(stdin, "an input_request");

    public void AnswerQuestion(string value) => Send(stdin, "input_reply", new JsonObject { ["value"] = value });

    public string Beat(string text)
    {
        heartbeat.SendFrame(text);
        Assert.True(heartbeat.TryReceiveFrameString(patience, out var echo), "The heartbeat is not echoed.");
        return echo!;
    }

    public void Dispose()
    {
        foreach (var socket in new NetMQSocket[] { shell, control, stdin, iopub, heartbeat })
            socket.Dispose();
    }

    private List<Message> Of(string id) => published.TryGetValue(id, out var messages) ? messages : published[id] = [];

    private void Hear()
    {
        var message = Receive(iopub, "a broadcast");
        Of(message.Parent ?? "").Add(message);
    }

    private string Send(DealerSocket socket, string type, JsonObject content)
    {
        var id = Guid.NewGuid().ToString();
        var header = new JsonObject { ["msg_id"] = id, ["msg_type"] = type, ["username"] = "test", ["session"] = "s", ["date"] = "2026-01-01T00:00:00Z", ["version"] = "5.3" };
        string[] parts = [header.ToJsonString(), "{}", "{}", content.ToJsonString()];
        var message = new NetMQMessage();
        message.Append("<IDS|MSG>");
        message.Append(Signature(parts));
        foreach (var part in parts)
            message.Append(part, Encoding.UTF8);
        socket.SendMultipartMessage(message);
        return id;
    }

    private Message Receive(NetMQSocket socket, string what)
    {
        var message = TryReceive(socket, patience);
        Assert.True(message != null, $"Waited {patience} for {what}, and nothing came.");
        return message;
    }

    private Message? TryReceive(NetMQSocket socket, TimeSpan wait)
    {
        var frames = new NetMQMessage();
        if (!socket.TryReceiveMultipartMessage(wait, ref frames!))
            return null;
        var texts = frames.Select(frame => frame.ConvertToString(Encoding.UTF8)).ToList();
        var start = texts.IndexOf("<IDS|MSG>");
        string[] parts = [.. texts[(start + 2)..(start + 6)]];
        Assert.Equal(Signature(parts), texts[start + 1]);
        var header = JsonNode.Parse(parts[0])!.AsObject();
        return new Message(header["msg_type"]!.ToString(), header, JsonNode.Parse(parts[1])!["msg_id"]?.ToString(), JsonNode.Parse(parts[3])!.AsObject());
    }

    private string Signature(string[] parts) =>
        key.Length == 0 ? "" : Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes(string.Concat(parts))));
}
