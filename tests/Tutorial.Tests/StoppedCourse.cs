using System.Text.Json.Nodes;
using Tutorial.Running;

[assembly: AssemblyFixture(typeof(Tutorial.Tests.StoppedCourse))]

namespace Tutorial.Tests;

/// <summary>A course of three notebooks run once for many tests: the first is well, the second fails in its third cell, the third never runs.</summary>
public sealed class StoppedCourse : IAsyncLifetime
{
    /// <summary>One grey pixel.</summary>
    public const string Png = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg==";

    private readonly TestRepository _repository = new();

    public string Output => _repository.Output;

    public int Code { get; private set; }

    public string Says { get; private set; } = "";

    internal Results Results => Results.Read(Output)!;

    public async ValueTask InitializeAsync()
    {
        File.WriteAllBytes(_repository.At("notebooks", "dot.png"), Convert.FromBase64String(Png));
        File.WriteAllText(_repository.At("README.md"), "# Readme");
        _repository.Write("01-first",
            "# Look at the data\n\n**You will learn** what the 2 weights are.\n\nAbout 7 minutes, 12 with the exercises.\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n![a dot](dot.png) ![far](https://example.org/far.png) ![gone](gone.png)\n\n"
            + "Next: [the second](02-second.ipynb#divide). [Readme](../README.md), [other](09-other.ipynb), [paper](https://example.org/paper).",
            "//parameters\nvar epochs = 3;\nstring name = \"a\";",
            """
            Console.WriteLine($"epochs {epochs}, <b>name</b> {name}");
            Console.WriteLine("\u001b[31mred\u001b[0m text");
            """,
            $$"""
            using Microsoft.DotNet.Interactive.Formatting;
            public record Shown(string Kind, string Content);
            public record Recorded(string Json);
            Formatter.Register<Shown>((shown, writer) => writer.Write(shown.Content), "text/html");
            Formatter.Register<Recorded>((recorded, writer) => writer.Write(recorded.Json), "application/vnd.anomalylab.values+json");
            Formatter.SetPreferredMimeTypesFor(typeof(Recorded), "application/vnd.anomalylab.values+json");
            display(new Recorded("{\"data\": \"synthetic\", \"auc\": 0.5, \"good\": 166}"));
            display(new Recorded("{\"auc\": 0.91234567, \"output\": " + System.Text.Json.JsonSerializer.Serialize(Environment.GetEnvironmentVariable("ANOMALYLAB_OUTPUT")) + "}"));
            new Shown("html", "<p class='from-notebook'>shown</p><img src='data:image/png;base64,{{Png}}'><div style='width:900px'>wide</div>")
            """,
            "## The words\n\n| word | meaning |\n|---|---|\n| **weight** | a number that training chooses |\n| **slope**, **gradient** | how steep; all slopes together |");
        _repository.Write("02-second",
            "# Train the weights\n\nBack: [the first weight](01-first.ipynb). Of weights, and weights & gradients, step by step; `weight`, **slope**.\n\nA_very_long_word_" + new string('x', 200),
            "var x = 1;",
            "## Divide",
            "x++;",
            "var y = 0;\nvar z = x / y;\nConsole.WriteLine(z);",
            "Console.WriteLine(\"never\");");
        File.WriteAllText(_repository.At("notebooks", "00-half.ipynb"), "{ \"cells\": [");
        var third = _repository.Write("03-third", "# Never run\n\n| word | meaning |\n|---|---|\n| **back** | where one came from |", "//parameters\nvar epochs = 1;", "epochs");
        var notebook = JsonNode.Parse(File.ReadAllText(third))!;
        notebook["cells"]!.AsArray().Add(JsonNode.Parse("""
            {"cell_type": "markdown", "id": "m", "metadata": {}, "source": "![pasted](attachment:my%20dot.png) ![lost](attachment:lost.png)",
             "attachments": {"my dot.png": {"image/png": "PNG"}}}
            """.Replace("PNG", Png, StringComparison.Ordinal)));
        notebook["cells"]!.AsArray().Add(JsonNode.Parse("""{"cell_type": "raw", "id": "r", "metadata": {}, "source": "raw *text* <b>"}"""));
        notebook["cells"]![2]!["execution_count"] = 7;
        notebook["cells"]![2]!["outputs"] = JsonNode.Parse("""[{"output_type": "stream", "name": "stdout", "text": "of yesterday"}]""");
        File.WriteAllText(third, notebook.ToJsonString());
        (Code, Says) = await _repository.InvokeAsync("01", "02", "03", "--set", "epochs=5");
    }

    public ValueTask DisposeAsync()
    {
        _repository.Dispose();
        return ValueTask.CompletedTask;
    }
}
