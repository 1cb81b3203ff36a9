using System.Text.Json.Nodes;

namespace NotebookKernel.Tests.Jupyter;

public sealed class LanguageTests : IDisposable
{
    private readonly RunningKernel kernel = new();

    private JupyterClient Client => kernel.Client;

    public void Dispose() => kernel.Dispose();

    [Fact]
    public void Members_of_what_earlier_cells_declared_are_offered_with_their_kind()
    {
        Client.Execute("using System.Globalization;\nrecord Bottle(string Defect, int Width);");
        Client.Execute("var bottle = new Bottle(\"good\", 900);");

        Assert.Equal(("property", "property"), (Kind("bottle.De|", "Defect"), Kind("var w = bottle.| + 1;", "Width")));
        Assert.Equal("class", Kind("CultureI|", "CultureInfo"));
        Assert.Equal("field", Kind("bott|", "bottle"));
    }

    [Fact]
    public void What_the_cell_itself_declares_is_offered()
    {
        Assert.Equal("local", Kind("{ var latent = 1;\n lat| }", "latent"));
    }

    [Fact]
    public void Members_of_a_referenced_library_are_offered_and_documented()
    {
        Library.Compile(kernel.Folder, "Model", "public static class Model { public static int Train(int epochs) => epochs; }");
        File.WriteAllText(Path.Combine(kernel.Folder, "Model.xml"), """
            <doc><members><member name="M:Model.Train(System.Int32)"><summary>Trains for some epochs.</summary></member></members></doc>
            """);
        Client.Execute("#r \"Model.dll\"");

        Assert.Equal("method", Kind("Model.T|", "Train"));
        Assert.Equal("int Model.Train(int epochs)\n\nTrains for some epochs.", Inspect("Model.Tra|in(3)")["data"]!["text/plain"]!.ToString());
    }

    [Theory]
    [InlineData("Model.Train(|")]
    [InlineData("Model.Train(|)")]
    [InlineData("Model.Train(3|)")]
    [InlineData("Model.Train(Math.Abs(3)|)")]
    [InlineData("var x = Model.Train( |")]
    public void Within_the_parentheses_the_method_and_its_parameter_are_described(string code)
    {
        Library.Compile(kernel.Folder, "Model", "public static class Model { public static int Train(int epochs, double rate = 0.1) => epochs; public static int Train(string path) => 1; }");
        File.WriteAllText(Path.Combine(kernel.Folder, "Model.xml"), """
            <doc><members><member name="M:Model.Train(System.Int32,System.Double)"><summary>Trains
            as <see cref="T:System.Int32"/> says.</summary><param name="epochs">How often.</param><param name="rate">How fast.</param></member></members></doc>
            """);
        Client.Execute("#r \"Model.dll\"");

        Assert.StartsWith("int Model.Train(int epochs, double rate = 0.1)\nint Model.Train(string path)\n\nTrains as Int32 says.\n\nepochs: How often.", Text(code), StringComparison.Ordinal);
        Assert.Contains("rate: How fast.", Text("Model.Train(1, |"), StringComparison.Ordinal);
        Assert.StartsWith("```csharp\nint Model.Train(", Inspect(code)["data"]!["text/markdown"]!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Constructors_delegates_and_extension_methods_have_parameters_too()
    {
        Client.Execute("record Bottle(string Defect, int Width);\nFunc<int, string> name = number => $\"{number}\";");

        Assert.Contains("Bottle.Bottle(string Defect, int Width)", Text("new Bottle(|"), StringComparison.Ordinal);
        Assert.Contains("Bottle.Bottle(string Defect, int Width)", Text("Bottle b = new(\"a\", |)"), StringComparison.Ordinal);
        Assert.StartsWith("string Func<int, string>.Invoke(int arg)", Text("name(|)"), StringComparison.Ordinal);
        Assert.Contains("Select<int, ", Text("new[] { 1 }.Select(|"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Math.Ab|s(1)")]
    [InlineData("Math.Abs(1)|")]
    [InlineData("Task.Run(() => { var x = 1; x| });")]
    public void Outside_of_the_parentheses_there_is_the_word_only(string code)
    {
        Assert.DoesNotContain("\n\n\n", Text(code), StringComparison.Ordinal);
        Assert.DoesNotContain("Task.Run(", Text(code), StringComparison.Ordinal);
        Assert.DoesNotContain("decimal Math.Abs", Text(code), StringComparison.Ordinal);
    }

    [Fact]
    public void What_a_running_cell_declares_is_offered_as_soon_as_it_has_run()
    {
        Library.Compile(kernel.Folder, "Model", "public static class Model { public static int Train(int epochs) => epochs; }");
        for (var i = 0; i < 2; i++)
        {
            Client.Execute($"#r \"Model.dll\"\nvar bottle{i} = new {{ Width{i} = 1 }};");
            Assert.Equal(("property", "method"), (Kind($"bottle{i}.W|", $"Width{i}"), Kind("Model.T|", "Train")));
        }
    }

    [Fact]
    public void What_the_current_cell_references_is_offered()
    {
        Library.Compile(kernel.Folder, "Model", "public static class Model { public static int Train(int epochs) => epochs; }");

        Assert.Equal("method", Kind("#!csharp\n#r \"Model.dll\"\nModel.T|", "Train"));
    }

    [Fact]
    public void Types_of_a_package_are_offered_once_it_is_loaded()
    {
        using var feed = new Packages.PackageFeed();
        feed.Add("Model", "1.0.0", "public static class Model { public static int Train(int epochs) => epochs; }");
        File.Copy(Path.Combine(feed.Notebooks, "nuget.config"), Path.Combine(kernel.Folder, "nuget.config"));
        Assert.Null(Kind("Model.T|", "Train"));

        Client.Execute("#r \"nuget: Model, 1.0.0\"");

        Assert.Equal("method", Kind("Model.T|", "Train"));
        Assert.Equal("method", Kind("#r \"nuget: Model, 1.0.0\"\nModel.T|", "Train"));
    }

    [Fact]
    public void Variables_are_described_by_their_type()
    {
        Client.Execute("var losses = new List<double>();");

        Assert.Contains("List<double>", Inspect("losses|")["data"]!["text/plain"]!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Only_the_word_at_the_cursor_is_replaced_also_behind_characters_outside_of_the_basic_plane()
    {
        var reply = Complete("var s = \"🍾\"; s.Len| + 1");

        Assert.Equal(("[\"Length\"]", "15", "18"), (reply.Content["matches"]!.ToJsonString(), reply.Text("cursor_start"), reply.Text("cursor_end")));
    }

    [Fact]
    public void Initials_find_what_they_stand_for()
    {
        Assert.Equal("method", Kind("Console.WL|", "WriteLine"));
    }

    [Fact]
    public void Where_there_is_nothing_nothing_is_found()
    {
        Assert.Equal("false", Inspect("  |  ")["found"]!.ToString());
    }

    private JupyterClient.Message Complete(string code) => Client.Ask("complete_request", Question(code));

    private string? Kind(string code, string text) =>
        Complete(code).Content["metadata"]!["_jupyter_types_experimental"]!.AsArray().FirstOrDefault(item => item!["text"]!.ToString() == text)?["type"]!.ToString();

    private string Text(string code) => Inspect(code)["data"]!["text/plain"]?.ToString() ?? "";

    private JsonObject Inspect(string code) => Client.Ask("inspect_request", Question(code)).Content;

    // The bar is the cursor.
    private static JsonObject Question(string code)
    {
        var before = code[..code.IndexOf('|', StringComparison.Ordinal)];
        return new JsonObject { ["code"] = code.Replace("|", "", StringComparison.Ordinal), ["cursor_pos"] = before.EnumerateRunes().Count(), ["detail_level"] = 0 };
    }
}
