using System.Net.NetworkInformation;
using System.Text.Json.Nodes;
using NotebookKernel.Notebooks;
using NotebookKernel.Jupyter;

namespace NotebookKernel.Tests.Jupyter;

public sealed class ProtocolTests : IDisposable
{
    private readonly RunningKernel kernel = new();

    private JupyterClient Client => kernel.Client;

    public void Dispose() => kernel.Dispose();

    [Fact]
    public void The_kernel_introduces_itself()
    {
        var info = Client.Ask("kernel_info_request", []);

        Assert.Equal(("kernel_info_reply", "ok", "5.3"), (info.Type, info.Text("status"), info.Text("protocol_version")));
        Assert.Equal(("C#", ".cs"), (info.Content["language_info"]!["name"]!.ToString(), info.Content["language_info"]!["file_extension"]!.ToString()));
    }

    [Fact]
    public void A_cell_is_broadcast_from_busy_to_idle_and_answered()
    {
        var id = Client.SendCell("Console.WriteLine(\"grüße\");\n40 + 2");
        var reply = Client.Reply(id);
        var published = Client.Published(id);

        Assert.Equal(("execute_reply", "ok", "1"), (reply.Type, reply.Text("status"), reply.Text("execution_count")));
        Assert.Equal(["status", "execute_input", "stream", "execute_result", "status"], published.Select(message => message.Type));
        Assert.Equal(("busy", "idle"), (published[0].Text("execution_state"), published[^1].Text("execution_state")));
        Assert.Equal("1", published[1].Text("execution_count"));
        Assert.Equal(("stdout", "grüße\n"), (published[2].Text("name"), published[2].Text("text")));
        Assert.Equal(("42", "1"), (published[3].Content["data"]!["text/plain"]!.ToString(), published[3].Text("execution_count")));
    }

    [Fact]
    public void Every_request_is_answered_between_busy_and_idle()
    {
        var id = Client.Send("comm_info_request", []);

        Assert.Equal("{}", Client.Reply(id).Content["comms"]!.ToJsonString());
        Assert.Equal(["busy", "idle"], Client.Published(id).Select(message => message.Text("execution_state")));
    }

    [Fact]
    public void A_displayed_value_is_updated_under_its_own_identity()
    {
        var id = Client.SendCell("var shown = display(1);\nshown.Update(2);");
        Client.Reply(id);
        var published = Client.Published(id);

        var shown = published.Single(message => message.Type == "display_data");
        var updated = published.Single(message => message.Type == "update_display_data");
        Assert.Equal("1", shown.Content["data"]!["text/plain"]!.ToString());
        Assert.Equal("2", updated.Content["data"]!["text/plain"]!.ToString());
        Assert.Equal(shown.Content["transient"]!["display_id"]!.ToString(), updated.Content["transient"]!["display_id"]!.ToString());
    }

    [Fact]
    public void Json_is_sent_as_json()
    {
        var id = Client.SendCell("\"{\\\"a\\\":[1]}\".DisplayAs(\"application/json\");");
        Client.Reply(id);

        Assert.Equal("[1]", Client.Hears(id, message => message.Type == "display_data").Content["data"]!["application/json"]!["a"]!.ToJsonString());
    }

    [Fact]
    public void An_exception_points_at_the_cells_line_in_colour()
    {
        Client.Execute("var before = 1;");
        var id = Client.SendCell("\n\nthrow new InvalidOperationException(\"broken\");");
        var reply = Client.Reply(id);

        Assert.Equal(("error", "System.InvalidOperationException", "broken", "2"), (reply.Text("status"), reply.Text("ename"), reply.Text("evalue"), reply.Text("execution_count")));
        Assert.Equal(
            ["\e[1;31mSystem.InvalidOperationException: broken\e[0m", "   at \e[36mcell 2, line 3\e[0m: throw new InvalidOperationException(\"broken\");"],
            reply.Content["traceback"]!.AsArray().Select(line => line!.ToString()));
        Assert.Equal(reply.Content["traceback"]!.ToJsonString(), Client.Published(id).Single(message => message.Type == "error").Content["traceback"]!.ToJsonString());
    }

    [Fact]
    public void A_mistake_is_marked_in_the_cell()
    {
        var reply = Client.Execute("\nint x = \"one\";");

        Assert.Equal("CompilationError", reply.Text("ename"));
        Assert.Equal(
            ["\e[36mcell 1, line 2\e[0m: error CS0029: Cannot implicitly convert type 'string' to 'int'", "    int x = \"one\";", "            \e[1;31m^\e[0m"],
            reply.Content["traceback"]!.AsArray().Select(line => line!.ToString()));
    }

    [Fact]
    public void A_silent_cell_runs_unheard_and_uncounted()
    {
        var id = Client.SendCell("var quiet = 7; Console.WriteLine(quiet); quiet", new JsonObject { ["silent"] = true });
        Assert.Equal("0", Client.Reply(id).Text("execution_count"));
        Assert.Equal(["status", "status"], Client.Published(id).Select(message => message.Type));

        Assert.Equal("1", Client.Execute("quiet").Text("execution_count"));
    }

    [Fact]
    public void A_cell_that_is_not_to_be_stored_is_heard_but_not_counted()
    {
        var id = Client.SendCell("5", new JsonObject { ["store_history"] = false });

        Assert.Equal("0", Client.Reply(id).Text("execution_count"));
        Assert.Contains(Client.Published(id), message => message.Type == "execute_result");
        Assert.Equal("[]", Client.Ask("history_request", new JsonObject { ["hist_access_type"] = "tail", ["n"] = 10 }).Content["history"]!.ToJsonString());
    }

    [Fact]
    public void Expressions_are_evaluated_after_the_cell()
    {
        var reply = Client.Execute("var x = 20;", new JsonObject { ["user_expressions"] = new JsonObject { ["sum"] = "x + 1", ["wrong"] = "y" } });

        var expressions = reply.Content["user_expressions"]!;
        Assert.Equal(("ok", "21"), (expressions["sum"]!["status"]!.ToString(), expressions["sum"]!["data"]!["text/plain"]!.ToString()));
        Assert.Equal(("error", "CompilationError"), (expressions["wrong"]!["status"]!.ToString(), expressions["wrong"]!["ename"]!.ToString()));
    }

    [Theory]
    [InlineData(true, "error", "Aborted")]
    [InlineData(false, "ok", null)]
    public void Cells_behind_a_failing_one_are_run_only_if_wanted(bool stops, string status, string? name)
    {
        var failing = Client.SendCell("Console.ReadLine();\nthrow new Exception();", new JsonObject { ["stop_on_error"] = stops });
        Client.Question();
        var next = Client.SendCell("1");
        Assert.Equal("ok", Client.AskControl("kernel_info_request", []).Text("status"));
        Client.AnswerQuestion("go on");

        Assert.Equal("error", Client.Reply(failing).Text("status"));
        var reply = Client.Reply(next);
        Assert.Equal((status, name), (reply.Text("status"), reply.Text("ename")));
    }

    [Fact]
    public void Console_input_is_asked_of_the_front_end()
    {
        var id = Client.SendCell("Console.Write(\"Name? \");\nvar name = Console.ReadLine();\n$\"Hello {name}\"");
        var question = Client.Question();
        Assert.Equal(("input_request", id), (question.Type, question.Parent));
        Assert.Equal("Name? ", Client.Hears(id, message => message.Type == "stream").Text("text"));
        Client.AnswerQuestion("Ada");
        Client.Reply(id);

        Assert.Equal("Hello Ada", Client.Published(id).Single(message => message.Type == "execute_result").Content["data"]!["text/plain"]!.ToString());
    }

    [Fact]
    public void A_front_end_that_cannot_be_asked_is_not()
    {
        var reply = Client.Execute("Console.ReadLine()", new JsonObject { ["allow_stdin"] = false });

        Assert.Equal("This front end cannot be asked for input: Console.ReadLine() works in editors only.", reply.Text("evalue"));
    }

    [Theory]
    [InlineData("var x = 1;", "complete", null)]
    [InlineData("x + 1", "complete", null)]
    [InlineData("#!csharp\nx", "complete", null)]
    [InlineData("for (var i = 0; i < 3; i++)\n  {", "incomplete", "      ")]
    [InlineData("Math.Max(1,", "incomplete", "")]
    [InlineData("var text = \"\"\"\nmore", "incomplete", "")]
    [InlineData("var = = 1;", "invalid", null)]
    public void Unfinished_input_is_told_from_wrong_input(string code, string status, string? indent)
    {
        var reply = Client.Ask("is_complete_request", new JsonObject { ["code"] = code });

        Assert.Equal((status, indent), (reply.Text("status"), reply.Text("indent")));
    }

    [Theory]
    [InlineData("""{"hist_access_type":"tail","n":2}""", "[[1,2,\"var b = 2;\"],[1,3,\"a\"]]")]
    [InlineData("""{"hist_access_type":"range","session":0,"start":1,"stop":2}""", "[[1,1,\"var a = 1;\"]]")]
    [InlineData("""{"hist_access_type":"search","pattern":"var*","n":9,"output":true}""", "[[1,1,[\"var a = 1;\",null]],[1,2,[\"var b = 2;\",null]]]")]
    public void The_cells_so_far_can_be_asked_for(string question, string cells)
    {
        Client.Execute("var a = 1;");
        Client.Execute("var b = 2;");
        Client.Execute("a");

        Assert.Equal(cells, Client.Ask("history_request", JsonNode.Parse(question)!.AsObject()).Content["history"]!.ToJsonString());
    }

    [Fact]
    public void A_comm_that_nobody_knows_is_closed()
    {
        var id = Client.Send("comm_open", new JsonObject { ["comm_id"] = "c1", ["target_name"] = "jupyter.widget", ["data"] = new JsonObject() });

        Assert.Equal("c1", Client.Hears(id, message => message.Type == "comm_close").Text("comm_id"));
    }

    [Fact]
    public void A_cell_that_prints_a_million_lines_neither_floods_nor_kills()
    {
        var id = Client.SendCell("for (var i = 0; i < 1_000_000; i++)\n    Console.WriteLine(i);");
        Assert.Equal("ok", Client.Reply(id).Text("status"));

        var texts = Client.Published(id).Where(message => message.Type == "stream").Select(message => message.Text("text")!).ToList();
        Assert.InRange(texts.Sum(text => text.Length), 1_000_000, 1_000_100);
        Assert.True(texts.Count < 1000, $"{texts.Count} messages");
        Assert.Equal("2", Client.Execute("1").Text("execution_count"));
    }

    [Fact]
    public void The_heartbeat_and_the_control_channel_answer_while_a_cell_runs()
    {
        var id = Client.SendCell("Console.ReadLine()");
        Client.Question();

        Assert.Equal("ping", Client.Beat("ping"));
        Assert.Equal("ok", Client.AskControl("kernel_info_request", []).Text("status"));
        Client.AnswerQuestion("");
        Assert.Equal("ok", Client.Reply(id).Text("status"));
    }

    [Fact]
    public void A_message_with_a_wrong_signature_is_dropped()
    {
        using var stranger = new JupyterClient(kernel.Connection, "another key");
        stranger.SendCell("var harm = 1;");
        while (!kernel.Log.ToString().Contains("dropped", StringComparison.Ordinal))
            Client.Beat("ping");

        Assert.Equal("A message on the Shell channel was dropped: it is not signed with the connection file's key, or is damaged.\n", kernel.Log.ToString());
        Assert.Equal("1", Client.Execute("1").Text("execution_count"));
    }

    [Fact]
    public void A_request_that_lacks_its_parts_is_answered_with_an_error()
    {
        Assert.StartsWith("The kernel cannot answer this execute_request: ", Client.Ask("execute_request", new JsonObject { ["code"] = 5 }).Text("evalue"), StringComparison.Ordinal);
        Assert.Equal("ok", Client.Execute("1").Text("status"));
    }

    [Fact]
    public void The_kernel_listens_on_the_loopback_address_only()
    {
        var ports = kernel.Connection.Where(item => item.Key.EndsWith("_port", StringComparison.Ordinal)).Select(item => item.Value!.GetValue<int>()).ToList();
        var listening = IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners().Where(listener => ports.Contains(listener.Port)).ToList();

        Assert.Equal(5, listening.Count);
        Assert.All(listening, listener => Assert.Equal("127.0.0.1", listener.Address.ToString()));
    }

    [Fact]
    public async Task A_shutdown_is_answered_before_the_kernel_ends()
    {
        var reply = Client.AskControl("shutdown_request", new JsonObject { ["restart"] = true });

        Assert.Equal(("shutdown_reply", "ok", "true"), (reply.Type, reply.Text("status"), reply.Text("restart")));
        await kernel.Ended.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
    }

    [Fact]
    public void Without_a_key_nothing_is_signed()
    {
        using var open = new RunningKernel(key: "");

        Assert.Equal("ok", open.Client.Execute("1").Text("status"));
    }

    [Fact]
    public void A_port_that_is_taken_is_named()
    {
        using var folder = new TemporaryFolder();
        var file = ConnectionFile.Load(folder.Write("connection.json", kernel.Connection.ToJsonString()));

        var error = Assert.Throws<NotebookException>(() => new JupyterKernel(file, new Sessions.Session(folder.Path), TimeProvider.System, TextWriter.Null));
        Assert.StartsWith($"The kernel cannot listen on tcp://127.0.0.1:{file.ShellPort}: ", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("transport", "ipc", "asks for the transport ipc; only tcp is spoken here.")]
    [InlineData("signature_scheme", "hmac-md5", "asks for signatures by hmac-md5; only hmac-sha256 is known here.")]
    [InlineData("shell_port", null, "is not a Jupyter connection file: ")]
    public void A_connection_file_that_cannot_be_used_says_why(string name, string? value, string sentence)
    {
        using var folder = new TemporaryFolder();
        var connection = JupyterClient.Connection();
        if (value == null)
            connection.Remove(name);
        else
            connection[name] = value;
        var path = folder.Write("connection.json", connection.ToJsonString());

        Assert.Contains(sentence, Assert.Throws<NotebookException>(() => ConnectionFile.Load(path)).Message, StringComparison.Ordinal);
    }
}
