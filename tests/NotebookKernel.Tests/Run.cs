using System.Text.Json.Nodes;
using NotebookKernel.Running;
using NotebookKernel.Sessions;

namespace NotebookKernel.Tests;

/// <summary>A notebook that has been executed in this process.</summary>
internal sealed class Run : IProgress<RunEvent>
{
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
        Notebook = JsonNode.Parse(notebook.ToString())!.AsObject();
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

    public void Report(RunEvent value)
    {
        lock (Events)
            Events.Add(value);
    }
}
