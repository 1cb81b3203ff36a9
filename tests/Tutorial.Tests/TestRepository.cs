using System.Text.Json;
using Spectre.Console;

namespace Tutorial.Tests;

/// <summary>A repository in a temporary folder, with notebooks of its own.</summary>
internal sealed class TestRepository : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("anomalylab-");

    public TestRepository()
    {
        File.WriteAllText(At("AnomalyLab.slnx"), "<Solution />");
        File.Copy(Path.Combine(AnomalyLab.Course.CourseFolders.Repository, "global.json"), At("global.json"));
        Directory.CreateDirectory(At("notebooks"));
    }

    public string Root => _root.FullName;

    public string Output => At("artifacts", "course");

    public string At(params string[] parts) => Path.Combine([Root, .. parts]);

    /// <summary>Writes a notebook: Markdown where a cell begins with <c>#</c>, parameters where it begins with <c>//parameters</c>, else code.</summary>
    public string Write(string name, params string[] cells)
    {
        var file = At("notebooks", name + ".ipynb");
        File.WriteAllText(file, JsonSerializer.Serialize(new
        {
            cells = cells.Select((source, i) => source.StartsWith("# ", StringComparison.Ordinal) || source.StartsWith("## ", StringComparison.Ordinal)
                ? (object)new { cell_type = "markdown", id = $"c{i}", metadata = new { }, source }
                : new
                {
                    cell_type = "code",
                    id = $"c{i}",
                    execution_count = (int?)null,
                    metadata = new { tags = source.StartsWith("//parameters", StringComparison.Ordinal) ? new[] { "parameters" } : [] },
                    outputs = Array.Empty<object>(),
                    source,
                }),
            metadata = new { kernelspec = new { display_name = ".NET (C#)", language = "C#", name = ".net-csharp" } },
            nbformat = 4,
            nbformat_minor = 5,
        }));
        return file;
    }

    /// <summary>Runs the command line as <c>dotnet run --project lib/Tutorial -- arguments</c> would, without a terminal.</summary>
    public Task<(int Code, string Says)> InvokeAsync(params string[] arguments) => InvokeAsync(arguments, TestContext.Current.CancellationToken);

    public async Task<(int Code, string Says)> InvokeAsync(string[] arguments, CancellationToken cancel, Action<string>? onLine = null)
    {
        var writer = new LineWriter(onLine);
        var code = await new CommandLine(Root, null, ConsoleOn(writer), TimeProvider.System).InvokeAsync(arguments, cancel);
        return (code, writer.ToString());
    }

    public static IAnsiConsole ConsoleOn(TextWriter writer, bool live = false) => AnsiConsole.Create(new AnsiConsoleSettings
    {
        Ansi = live ? AnsiSupport.Yes : AnsiSupport.No,
        ColorSystem = ColorSystemSupport.NoColors,
        Interactive = live ? InteractionSupport.Yes : InteractionSupport.No,
        Out = new AnsiConsoleOutput(writer),
    });

    public void Dispose() => _root.Delete(recursive: true);

    private sealed class LineWriter(Action<string>? onLine) : StringWriter
    {
        public override void Write(string? value)
        {
            base.Write(value);
            onLine?.Invoke(value ?? "");
        }

        public override void WriteLine(string? value)
        {
            base.WriteLine(value);
            onLine?.Invoke(value ?? "");
        }
    }
}
