using Microsoft.Extensions.Time.Testing;
using NotebookKernel.Jupyter;

namespace NotebookKernel.Tests.Jupyter;

public sealed class InterruptTests : IDisposable
{
    private readonly FakeTimeProvider clock = new();
    private readonly RunningKernel kernel;

    public InterruptTests() => kernel = new RunningKernel(clock: clock);

    private JupyterClient Client => kernel.Client;

    public void Dispose() => kernel.Dispose();

    [Fact]
    public void A_cell_that_ends_by_itself_when_interrupted_has_its_value()
    {
        var id = Begin("Microsoft.DotNet.Interactive.KernelInvocationContext.Current.CancellationToken.WaitHandle.WaitOne();\n\"so far\"");
        var next = Client.SendCell("1 + 1");
        Interrupt();

        Assert.Equal("ok", Client.Reply(id).Text("status"));
        Assert.Equal("so far", Client.Published(id).Single(message => message.Type == "execute_result").Content["data"]!["text/plain"]!.ToString());
        Assert.Equal("ok", Client.Reply(next).Text("status"));
    }

    [Fact]
    public void A_cell_that_gives_up_when_interrupted_says_so()
    {
        var id = Begin("await Task.Delay(-1, Microsoft.DotNet.Interactive.KernelInvocationContext.Current.CancellationToken);");
        Interrupt();

        var reply = Client.Reply(id);
        Assert.Equal(("error", "Interrupted", "The cell was interrupted."), (reply.Text("status"), reply.Text("ename"), reply.Text("evalue")));
    }

    [Fact]
    public void Waiting_for_input_can_be_interrupted()
    {
        var id = Client.SendCell("Console.ReadLine()");
        Client.Question();
        Interrupt();

        Assert.Equal("Interrupted", Client.Reply(id).Text("ename"));
        Client.AnswerQuestion("too late");
        var next = Client.SendCell("Console.ReadLine()");
        Client.Question();
        Client.AnswerQuestion("in time");
        Client.Reply(next);
        Assert.Equal("in time", Client.Published(next).Single(message => message.Type == "execute_result").Content["data"]!["text/plain"]!.ToString());
    }

    [Theory]
    [InlineData("while (true) { }")]
    [InlineData("while (true) System.Threading.Thread.Sleep(1);")]
    [InlineData("await Task.Delay(-1);")]
    [InlineData("await Task.Yield();\nwhile (true) { }")]
    public void A_second_interrupt_ends_a_cell_that_does_not_listen(string code)
    {
        Client.Execute("var kept = 5;");
        var id = Begin(code);
        Interrupt();
        Interrupt();

        var reply = Client.Reply(id);
        Assert.Equal("Interrupted", reply.Text("ename"));
        Assert.StartsWith("The cell did not stop when asked, and was given up.", reply.Text("evalue"), StringComparison.Ordinal);
        var next = Client.SendCell("kept");
        Assert.Equal("""{"status":"ok","execution_count":3,"payload":[],"user_expressions":{}}""", Client.Reply(next).Content.ToJsonString());
        Assert.Equal("5", Client.Published(next).Single(message => message.Type == "execute_result").Content["data"]!["text/plain"]!.ToString());
    }

    [Fact]
    public void A_cell_that_has_never_asked_for_its_token_is_given_up_some_seconds_after_the_first_interrupt()
    {
        var id = Begin("while (true) { }");
        Interrupt();
        clock.Advance(InterruptibleCell.Grace - TimeSpan.FromSeconds(1));
        Assert.Null(Client.TryReply(TimeSpan.FromSeconds(0.5)));
        clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal("Interrupted", Client.Reply(id).Text("ename"));
    }

    [Fact]
    public void A_cell_that_has_asked_for_its_token_gets_the_time_that_it_needs()
    {
        var go = Path.Combine(kernel.Folder, "go");
        var id = Begin($"var token = Microsoft.DotNet.Interactive.KernelInvocationContext.Current.CancellationToken;\nwhile (!System.IO.File.Exists(@\"{go}\"))\n    System.Threading.Thread.Sleep(1);\n\"saved\"");
        Interrupt();
        clock.Advance(TimeSpan.FromHours(1));
        Assert.Null(Client.TryReply(TimeSpan.FromSeconds(0.5)));
        File.WriteAllText(go, "");

        Assert.Equal("ok", Client.Reply(id).Text("status"));
    }

    [Fact]
    public void An_interrupt_without_a_running_cell_does_not_stop_the_next_one()
    {
        Interrupt();

        Assert.Equal("ok", Client.Execute("Microsoft.DotNet.Interactive.KernelInvocationContext.Current.CancellationToken.ThrowIfCancellationRequested();").Text("status"));
    }

    private string Begin(string code)
    {
        var id = Client.SendCell("Console.WriteLine(\"ready\");\n" + code);
        Client.Hears(id, message => message.Text("text") == "ready\n");
        return id;
    }

    private void Interrupt() => Assert.Equal("ok", Client.AskControl("interrupt_request", []).Text("status"));
}
