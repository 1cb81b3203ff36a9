using System.Text.Json.Nodes;
using System.Threading.Channels;
using NotebookKernel.Running;
using NotebookKernel.Sessions;

namespace NotebookKernel.Tests;

/// <summary>A notebook that has been executed in this process.</summary>
internal sealed class Run : IProgress<RunEvent>
{
    private readonly Channel<string> said = Channel.CreateUnbounded<string>();

    public List<RunEvent> Events { get; } = [];

    public JsonObject Notebook { get; private set; } = [];

    public RunFinished Finished => (RunFinished)Events[^1];

    /// <summary>Executes code cells; the folder is that of the notebook.</summary>
    public static Task<Run> Cells(string folder, params string[] sources) => Of(folder, NotebookFile.OfCode(sources));

    /// <summary>Executes a notebook; the folder is that of the notebook.</summary>
    public static Task<Run> Of(string folder, string json) =>
        new Run().Execute(folder, json, new NotebookRunner(TimeProvider.System), TestContext.Current.CancellationToken, CancellationToken.None);

    /// <summary>Executes a notebook under limits.</summary>
    public async Task<Run> Execute(string folder, string json, NotebookRunner runner, CancellationToken stop, CancellationToken abandon)
    {
        var notebook = Notebooks.Notebook.Parse(json, "test.ipynb");
        await runner.RunAsync(notebook, new Session(folder), this, stop, abandon);
        Notebook = JsonNode.Parse(notebook.ToString(), documentOptions: new() { MaxDepth = 1000 })!.AsObject();
        return this;
    }

    /// <summary>Fails with the error of the cell that failed, if one did.</summary>
    public Run Succeeded()
    {
        Assert.True(Finished.Failure == null, string.Join('\n', Finished.Failure?.Error.Traceback ?? []));
        return this;
    }

    /// <summary>The outputs of a cell, counted from 0, Markdown cells included.</summary>
    public JsonArray Outputs(int cell) => Notebook["cells"]![cell]!["outputs"]!.AsArray();

    /// <summary>The last output of a cell in a mime type.</summary>
    public string Shown(int cell, string mimeType = "text/plain") => Text(Outputs(cell).Last()!["data"]![mimeType]);

    /// <summary>What a cell wrote to the console, as stored.</summary>
    public string Printed(int cell, string name = "stdout") =>
        string.Concat(Outputs(cell).Where(output => output!["name"]?.ToString() == name).Select(output => Text(output!["text"])));

    public static string Text(JsonNode? node) => node is JsonArray lines ? string.Concat(lines.Select(line => line!.ToString())) : node?.ToString() ?? "";

    /// <summary>Waits until a cell has printed something.</summary>
    public async Task Saying(string text)
    {
        while (await said.Reader.WaitToReadAsync(TestContext.Current.CancellationToken))
        {
            if (said.Reader.TryRead(out var more) && more.Contains(text, StringComparison.Ordinal))
                return;
        }

        Assert.Fail($"The run ended without saying \"{text}\": {Finished}");
    }

    public void Report(RunEvent value)
    {
        lock (Events)
            Events.Add(value);
        if (value is RunOutput output)
            said.Writer.TryWrite(output.Text);
        if (value is RunFinished)
            said.Writer.TryComplete();
    }
}
