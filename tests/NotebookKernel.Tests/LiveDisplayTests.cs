namespace NotebookKernel.Tests;

/// <summary>What libraries reach by reflection, as they do in .NET Interactive.</summary>
public sealed class LiveDisplayTests : IDisposable
{
    // Knows no notebook package: everything is found by name.
    private const string ProgressLibrary = """
        using System; using System.Linq; using System.Reflection; using System.Threading;
        public static class Live
        {
            private static Type Find(string name) => AppDomain.CurrentDomain.GetAssemblies()
                .Select(assembly => assembly.GetType("Microsoft.DotNet.Interactive." + name)).FirstOrDefault(type => type != null);
            private static object Current => Find("KernelInvocationContext")?.GetProperty("Current").GetValue(null);
            public static bool HasHost => Current != null;
            public static CancellationToken Token => (CancellationToken)Current.GetType().GetProperty("CancellationToken").GetValue(Current);
            public static object Show(string html) => Find("KernelInvocationContextExtensions").GetMethod("DisplayAs").Invoke(null, new object[] { Current, html, "text/html" });
            public static object Show(object value) => Find("KernelInvocationContextExtensions").GetMethod("Display").Invoke(null, new object[] { Current, value, Array.Empty<string>() });
            public static void Update(object shown, object value) => shown.GetType().GetMethod("Update").Invoke(shown, new[] { value });
        }
        """;

    private readonly TemporaryFolder folder = new();

    public LiveDisplayTests() => Library.Compile(folder.Path, "Live", ProgressLibrary);

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_library_shows_progress_that_it_updates()
    {
        var run = await Run.Cells(
            folder.Path,
            "#r \"Live.dll\"\nclass Epoch { public int Number; public override string ToString() => $\"epoch {Number}\"; }\nMicrosoft.DotNet.Interactive.Formatting.Formatter.Register<Epoch>((e, w) => w.Write($\"<p>{e.Number}</p>\"), \"text/html\");",
            "var shown = Live.Show(\"<p>0</p>\");\nfor (var i = 1; i <= 3; i++)\n    Live.Update(shown, new Epoch { Number = i });");

        Assert.Equal("<p>3</p>", run.Succeeded().Shown(1, "text/html"));
        Assert.Single(run.Outputs(1));
    }

    [Fact]
    public async Task A_library_shows_values()
    {
        var run = await Run.Cells(folder.Path, "#r \"Live.dll\"\nvar shown = Live.Show(1);\nLive.Update(shown, 2);");

        Assert.Contains("<pre>2</pre>", run.Succeeded().Shown(0, "text/html"), StringComparison.Ordinal);
        Assert.Equal("2", run.Shown(0));
    }

    [Fact]
    public async Task A_library_is_asked_to_stop()
    {
        using var stop = new CancellationTokenSource();
        var run = new Run();
        var running = run.Execute(
            folder.Path,
            NotebookFile.OfCode("#r \"Live.dll\"\nConsole.WriteLine(\"ready\");\nLive.Token.WaitHandle.WaitOne();\nConsole.WriteLine(\"stopped\");"),
            new Running.NotebookRunner(TimeProvider.System),
            stop.Token,
            CancellationToken.None);
        await run.Saying("ready");
        await stop.CancelAsync();
        await running;

        Assert.Equal("ready\nstopped\n", run.Printed(0));
    }

    [Fact]
    public void Outside_of_a_cell_there_is_no_host() => Assert.Null(Microsoft.DotNet.Interactive.KernelInvocationContext.Current);
}
