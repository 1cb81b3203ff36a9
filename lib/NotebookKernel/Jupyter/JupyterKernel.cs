using System.Text.Json.Nodes;
using System.Threading.Channels;
using NotebookKernel.Language;
using NotebookKernel.Notebooks;
using NotebookKernel.Sessions;

namespace NotebookKernel.Jupyter;

/// <summary>A session behind the Jupyter protocol: what VS Code, JupyterLab, Jupyter Notebook and nbclient talk to.</summary>
/// <remarks>Jupyter messaging 5.3, https://jupyter-client.readthedocs.io/en/stable/messaging.html.</remarks>
internal sealed class JupyterKernel : IDisposable
{
    private readonly Session session;
    private readonly TimeProvider clock;
    private readonly Sockets sockets;
    private readonly InputRequests input;
    private readonly LanguageService language;
    private readonly LanguageReplies help;
    private readonly History history = new();
    private readonly Channel<Request> requests = Channel.CreateUnbounded<Request>();
    private readonly CancellationTokenSource ended = new();
    private InterruptibleCell? running;

    /// <summary>Listens.</summary>
    /// <param name="connection">Where, and with which key.</param>
    /// <param name="session">Runs the cells.</param>
    /// <param name="clock">Dates messages and paces outputs.</param>
    /// <param name="log">Where to say what is wrong with a front end.</param>
    /// <exception cref="Notebooks.NotebookException">A port is taken.</exception>
    public JupyterKernel(ConnectionFile connection, Session session, TimeProvider clock, TextWriter log)
    {
        this.session = session;
        this.clock = clock;
        language = new LanguageService(session);
        help = new LanguageReplies(language);
        sockets = new Sockets(connection, clock, Receive, log);
        input = new InputRequests((cell, type, content) => sockets.Send(RequestChannel.Stdin, cell, type, content));
    }

    /// <summary>Answers front ends until one of them, or the token, ends the kernel.</summary>
    /// <remarks>A cell that is running then goes on: only the end of the process ends it.</remarks>
    /// <param name="stop">Ends the kernel.</param>
    public async Task RunAsync(CancellationToken stop)
    {
        using var stopping = stop.Register(ended.Cancel);
        sockets.Start();
        sockets.Publish(null, "status", new JsonObject { ["execution_state"] = "starting" });
        sockets.Publish(null, "status", new JsonObject { ["execution_state"] = "idle" });
        try
        {
            await foreach (var request in requests.Reader.ReadAllAsync(ended.Token))
                await AnswerAsync(request).WaitAsync(ended.Token);
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested)
        {
            running?.Interrupt();
        }
    }

    /// <summary>
    /// Asks the running cell, if there is one, to stop; the second time, ends it. A cell that does not listen is ended
    /// some seconds after the first time. Only code that stays in a native library still goes on: then only a restart,
    /// which ends the process, helps.
    /// </summary>
    public void Interrupt() => Volatile.Read(ref running)?.Interrupt();

    public void Dispose()
    {
        sockets.Dispose();
        language.Dispose();
        ended.Dispose();
    }

    // On the sockets' thread, so that these requests are answered whatever the cell does.
    private void Receive(Request request)
    {
        if (request.Channel == RequestChannel.Shell)
            requests.Writer.TryWrite(request);
        else if (request.Channel == RequestChannel.Control)
            _ = AnswerAsync(request);
        else if (request.Type == "input_reply")
            input.Answer(request);
    }

    private async Task AnswerAsync(Request request)
    {
        PublishStatus(request, "busy");
        var failed = false;
        try
        {
            if (await ContentAsync(request) is { } content)
            {
                failed = content["status"]!.GetValue<string>() == "error";
                sockets.Send(request.Channel, request, request.ReplyType, content);
            }
        }
        catch (Exception exception)
        {
            // Whatever a front end asks, the session lives on.
            var error = CellError.Of(exception.GetType().FullName!, $"The kernel cannot answer this {request.Type}: {ErrorReport.MessageOf(exception)}");
            sockets.Send(request.Channel, request, request.ReplyType, ErrorContent(error));
        }

        PublishStatus(request, "idle");
        if (request.Type == "shutdown_request")
            await ended.CancelAsync();
        if (failed && request.Type == "execute_request" && request.Flag("stop_on_error", true))
            await AbortWaitingAsync();
    }

    /// <summary>The answer to a request; <c>null</c> where none is expected.</summary>
    private async Task<JsonObject?> ContentAsync(Request request)
    {
        switch (request.Type)
        {
            case "execute_request" when request.Channel == RequestChannel.Shell:
                return await ExecuteAsync(request);
            case "kernel_info_request":
                return KernelInfo();
            case "is_complete_request":
                return Completeness.Of(request.Text("code"));
            case "complete_request" when request.Channel == RequestChannel.Shell:
                return await help.CompleteAsync(request);
            case "inspect_request" when request.Channel == RequestChannel.Shell:
                return await help.InspectAsync(request);
            case "history_request" when request.Channel == RequestChannel.Shell:
                return history.Find(request);
            case "comm_info_request":
                return new JsonObject { ["status"] = "ok", ["comms"] = new JsonObject() };
            case "comm_open":
                // Comms are not supported, and the protocol requires this answer.
                sockets.Publish(request, "comm_close", new JsonObject { ["comm_id"] = request.Text("comm_id"), ["data"] = new JsonObject() });
                return null;
            case "interrupt_request":
                Interrupt();
                return new JsonObject { ["status"] = "ok" };
            case "shutdown_request":
                return new JsonObject { ["status"] = "ok", ["restart"] = request.Flag("restart", false) };
            default:
                return null;
        }
    }

    private async Task<JsonObject> ExecuteAsync(Request request)
    {
        var code = request.Text("code");
        var isSilent = request.Flag("silent", false);
        var isCounted = !isSilent && request.Flag("store_history", true);
        var number = session.ExecutionCount + (isCounted ? 1 : 0);
        var output = new OutputPublisher((type, content) => sockets.Publish(request, type, content), number, clock);
        var cell = new InterruptibleCell(clock);
        var host = new CellHost(isSilent ? _ => { } : output.Take)
        {
            Stop = cell.Stop,
            Abandon = cell.Abandon,
            Listens = cell.Listens,
            IsCounted = isCounted,
            ReadLine = () =>
            {
                output.Flush(); // so that the prompt is shown before the input
                return input.ReadLine(request, cell.Stop);
            },
        };
        if (!isSilent)
            sockets.Publish(request, "execute_input", new JsonObject { ["code"] = code, ["execution_count"] = number });
        if (isCounted)
            history.Add(number, code);

        Volatile.Write(ref running, cell);
        // On another thread, because a cell may block its thread for ever.
        var error = await Task.Run(() => session.ExecuteAsync(code, host));
        var expressions = error == null ? await EvaluateAsync(request, host) : [];
        Volatile.Write(ref running, null);

        output.Flush();
        if (error == null)
            return new JsonObject { ["status"] = "ok", ["execution_count"] = number, ["payload"] = new JsonArray(), ["user_expressions"] = expressions };
        if (!isSilent)
            sockets.Publish(request, "error", ErrorContent(error));
        var content = ErrorContent(error);
        content["execution_count"] = number;
        return content;
    }

    private async Task<JsonObject> EvaluateAsync(Request request, CellHost host)
    {
        var values = new JsonObject();
        foreach (var (name, expression) in request.Content["user_expressions"] as JsonObject ?? [])
        {
            JsonObject? value = null;
            var silent = host with { Publish = output => value = output is CellValue shown ? OutputPublisher.Content(shown.Data, null) : value, IsCounted = false };
            var error = await session.ExecuteAsync(expression?.GetValue<string>() ?? "", silent);
            value = error != null ? ErrorContent(error) : value ?? OutputPublisher.Content(new Dictionary<string, string>(), null);
            value["status"] = error != null ? "error" : "ok";
            values[name] = value;
        }

        return values;
    }

    /// <summary>Answers the cells that wait behind a failed one, without running them.</summary>
    private async Task AbortWaitingAsync()
    {
        var waiting = new List<Request>();
        while (requests.Reader.TryRead(out var request))
            waiting.Add(request);
        foreach (var request in waiting)
        {
            if (request.Type != "execute_request")
            {
                await AnswerAsync(request);
                continue;
            }

            PublishStatus(request, "busy");
            // Without an execution count, so that front ends show it as not run.
            sockets.Send(request.Channel, request, request.ReplyType, ErrorContent(CellError.Of("Aborted", "This cell was not run, because a cell before it failed.")));
            PublishStatus(request, "idle");
        }
    }

    private void PublishStatus(Request request, string state) => sockets.Publish(request, "status", new JsonObject { ["execution_state"] = state });

    private static JsonObject ErrorContent(CellError error) => new()
    {
        ["status"] = "error",
        ["ename"] = error.Name,
        ["evalue"] = error.Message,
        ["traceback"] = new JsonArray([.. AnsiTraceback.Of(error).Select(line => JsonValue.Create(line))]),
    };

    private static JsonObject KernelInfo() => new()
    {
        ["status"] = "ok",
        ["protocol_version"] = WireFormat.ProtocolVersion,
        ["implementation"] = "NotebookKernel",
        ["implementation_version"] = typeof(JupyterKernel).Assembly.GetName().Version!.ToString(3),
        ["language_info"] = LanguageInfo.Json(),
        ["banner"] = $"C# on .NET {Environment.Version}",
        ["help_links"] = new JsonArray(),
    };
}
