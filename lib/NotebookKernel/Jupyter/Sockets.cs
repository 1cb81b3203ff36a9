using System.Text;
using System.Text.Json.Nodes;
using NetMQ;
using NetMQ.Sockets;
using NotebookKernel.Notebooks;

namespace NotebookKernel.Jupyter;

/// <summary>
/// The five sockets of a kernel. One thread receives and sends; it never waits for a cell, so the heartbeat and the
/// control channel answer whatever the cell does.
/// </summary>
internal sealed class Sockets : IDisposable
{
    private readonly WireFormat wire;
    private readonly Action<Request> receive;
    private readonly TextWriter log;
    private readonly NetMQPoller poller = [];
    private readonly NetMQQueue<(NetMQSocket Socket, NetMQMessage Message)> outgoing = new();
    private readonly RouterSocket shell = new(), control = new(), stdin = new();
    private readonly PublisherSocket iopub = new();
    private readonly ResponseSocket heartbeat = new();

    /// <summary>Listens on the address of the connection file and nowhere else.</summary>
    /// <param name="connection">Where to listen.</param>
    /// <param name="clock">Dates the messages.</param>
    /// <param name="receive">Handles requests on the sockets' thread, so it must not block.</param>
    /// <param name="log">Where to say that a message was dropped.</param>
    /// <exception cref="NotebookException">A port is taken.</exception>
    public Sockets(ConnectionFile connection, TimeProvider clock, Action<Request> receive, TextWriter log)
    {
        wire = new WireFormat(connection.Key, clock);
        this.receive = receive;
        this.log = log;
        // No limit, so that no output is dropped because a front end is slow.
        iopub.Options.SendHighWatermark = 0;
        (NetMQSocket Socket, int Port)[] sockets =
            [(shell, connection.ShellPort), (control, connection.ControlPort), (stdin, connection.StdinPort), (iopub, connection.IopubPort), (heartbeat, connection.HeartbeatPort)];
        foreach (var (socket, port) in sockets)
        {
            socket.Options.Linger = TimeSpan.FromSeconds(1);
            Bind(socket, connection.AddressOf(port));
        }

        shell.ReceiveReady += (_, _) => Receive(RequestChannel.Shell, shell);
        control.ReceiveReady += (_, _) => Receive(RequestChannel.Control, control);
        stdin.ReceiveReady += (_, _) => Receive(RequestChannel.Stdin, stdin);
        heartbeat.ReceiveReady += (_, _) => heartbeat.SendMultipartMessage(heartbeat.ReceiveMultipartMessage());
        outgoing.ReceiveReady += (_, _) => SendAll();
        foreach (var (socket, _) in sockets)
            poller.Add(socket);
        poller.Add(outgoing);
    }

    /// <summary>Begins to receive.</summary>
    public void Start() => poller.RunAsync("Jupyter sockets", isBackgroundThread: true);

    /// <summary>Answers a request, or asks the front end that sent it.</summary>
    /// <param name="channel">On which channel.</param>
    /// <param name="request">The request.</param>
    /// <param name="type">The message's type.</param>
    /// <param name="content">What it says.</param>
    public void Send(RequestChannel channel, Request request, string type, JsonObject content)
    {
        var socket = channel switch { RequestChannel.Shell => shell, RequestChannel.Control => control, _ => stdin };
        outgoing.Enqueue((socket, wire.Write(request.Identities, type, request.Header, content)));
    }

    /// <summary>Tells all front ends.</summary>
    /// <param name="request">The request that caused it, or <c>null</c>.</param>
    /// <param name="type">The message's type.</param>
    /// <param name="content">What it says.</param>
    public void Publish(Request? request, string type, JsonObject content) =>
        outgoing.Enqueue((iopub, wire.Write([Encoding.ASCII.GetBytes(type)], type, request?.Header ?? [], content)));

    /// <summary>Sends what is still to be sent, and closes the sockets.</summary>
    public void Dispose()
    {
        if (poller.IsRunning)
            poller.Stop();
        SendAll();
        poller.Dispose();
        outgoing.Dispose();
        foreach (var socket in new NetMQSocket[] { shell, control, stdin, iopub, heartbeat })
            socket.Dispose();
    }

    private static void Bind(NetMQSocket socket, string address)
    {
        try
        {
            socket.Bind(address);
        }
        catch (NetMQException exception)
        {
            throw new NotebookException($"The kernel cannot listen on {address}: {exception.Message} The front end has to start it again with another port.", exception);
        }
    }

    private void SendAll()
    {
        while (outgoing.TryDequeue(out var item, TimeSpan.Zero))
            item.Socket.TrySendMultipartMessage(item.Message);
    }

    private void Receive(RequestChannel channel, RouterSocket socket)
    {
        if (wire.Read(channel, socket.ReceiveMultipartMessage()) is { } request)
            receive(request);
        else
            log.WriteLine($"A message on the {channel} channel was dropped: it is not signed with the connection file's key, or is damaged.");
    }
}
