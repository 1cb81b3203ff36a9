using System.Globalization;
using CsCheck;
using Microsoft.CodeAnalysis.CSharp.Scripting;
using Microsoft.CodeAnalysis.Scripting;
using NotebookKernel.Notebooks;

namespace NotebookKernel.Tests;

public sealed class ParametersTests
{
    private const string Declarations = "// what to try\nvar epochs = 12; // short\nint seed = -1, batchSize = 32;\nvar learningRate = 1e-3;\nfloat dropout = 0.5f;\nvar category = \"bottle\";\nbool fast = false;\nlong budget = 5;\ndecimal price = 1m;\nvar data = new List<int>();";

    [Fact]
    public void A_value_is_injected_as_a_literal_of_the_declared_type()
    {
        var notebook = WithParameters();

        Parameters.Inject(notebook, new Dictionary<string, string>
        {
            ["epochs"] = "120",
            ["batchSize"] = "-8",
            ["learningRate"] = "1e-4",
            ["dropout"] = "0.25",
            ["category"] = "C:\\\"12\"",
            ["fast"] = "True",
            ["budget"] = "5000000000",
            ["price"] = "9.99",
        });

        Assert.Equal(["injected-parameters"], notebook.Cells[2].Tags);
        Assert.Equal(
            [
                "int epochs = 120;",
                "int batchSize = -8;",
                "double learningRate = 0.0001;",
                "float dropout = 0.25f;",
                "string category = \"C:\\\\\\\"12\\\"\";",
                "bool fast = true;",
                "long budget = 5000000000L;",
                "decimal price = 9.99m;",
            ],
            notebook.Cells[2].Source.Split('\n'));
    }

    [Theory]
    [InlineData("epoch", "5", "The notebook has no parameter \"epoch\"; it has epochs, seed, batchSize, learningRate, dropout, category, fast, budget, price, data.")]
    [InlineData("epochs", "1.5", "\"1.5\" is no value for epochs, which is a parameter of type int; the parameters are epochs, seed, batchSize, learningRate, dropout, category, fast, budget, price, data.")]
    [InlineData("epochs", "3000000000", "\"3000000000\" is no value for epochs, which is a parameter of type int; the parameters are epochs, seed, batchSize, learningRate, dropout, category, fast, budget, price, data.")]
    [InlineData("learningRate", "1e999", "\"1e999\" is no value for learningRate, which is a parameter of type double; the parameters are epochs, seed, batchSize, learningRate, dropout, category, fast, budget, price, data.")]
    [InlineData("learningRate", "1,5", "\"1,5\" is no value for learningRate, which is a parameter of type double; the parameters are epochs, seed, batchSize, learningRate, dropout, category, fast, budget, price, data.")]
    [InlineData("fast", "yes", "\"yes\" is no value for fast, which is a parameter of type bool; the parameters are epochs, seed, batchSize, learningRate, dropout, category, fast, budget, price, data.")]
    [InlineData("data", "1", "The parameter data cannot be set, for it is of type System.Collections.Generic.List<int>: only numbers, texts, bool, enums, TimeSpan, and nullables and arrays of them can.")]
    public void A_wrong_name_or_value_is_answered_with_the_names_there_are(string name, string value, string sentence)
    {
        var exception = Assert.Throws<NotebookException>(() => Parameters.Inject(WithParameters(), new Dictionary<string, string> { [name] = value }));

        Assert.Equal(sentence, exception.Message);
    }

    [Theory]
    [InlineData("int? maybe = null;", "maybe", "5", "int? maybe = 5;")]
    [InlineData("int? maybe = 3;", "maybe", "null", "int? maybe = null;")]
    [InlineData("uint u = 1;", "u", "4294967295", "uint u = 4294967295u;")]
    [InlineData("ulong u = 1;", "u", "18446744073709551615", "ulong u = 18446744073709551615ul;")]
    [InlineData("byte b = 1;", "b", "255", "byte b = 255;")]
    [InlineData("short s = 1;", "s", "-7", "short s = -7;")]
    [InlineData("var sizes = new[] { 1 };", "sizes", "[1, 2, 3]", "int[] sizes = [1, 2, 3];")]
    [InlineData("int[] sizes = [];", "sizes", "[]", "int[] sizes = [];")]
    [InlineData("int[][] sizes = [];", "sizes", "[[1], []]", "int[][] sizes = [[1], []];")]
    [InlineData("double?[] rates = [];", "rates", "[1e-3, null]", "double?[] rates = [0.001, null];")]
    [InlineData("string[] names = [];", "names", "[\"a\", \"b \\\"c\\\"\", null]", "string[] names = [\"a\", \"b \\\"c\\\"\", null];")]
    [InlineData("var day = DayOfWeek.Monday;", "day", "Friday", "System.DayOfWeek day = System.DayOfWeek.Friday;")]
    [InlineData("DayOfWeek? day = null;", "day", "Friday", "System.DayOfWeek? day = System.DayOfWeek.Friday;")]
    [InlineData("TimeSpan limit = default;", "limit", "01:30:00", "System.TimeSpan limit = new System.TimeSpan(54000000000L);")]
    public async Task Nullables_unsigned_numbers_arrays_enums_and_time_spans_are_taken(string declaration, string name, string value, string injected)
    {
        var notebook = Notebook.Parse(NotebookFile.Of(NotebookFile.Code(declaration, "parameters")), "test");

        Parameters.Inject(notebook, new Dictionary<string, string> { [name] = value });

        Assert.Equal(injected, notebook.Cells[1].Source);
        await CSharpScript.EvaluateAsync(injected, cancellationToken: TestContext.Current.CancellationToken); // and it is C#
    }

    [Theory]
    [InlineData("uint u = 1;", "u", "-1", "\"-1\" is no value for u, which is a parameter of type uint; the parameters are u.")]
    [InlineData("int? maybe = 1;", "maybe", "x", "\"x\" is no value for maybe, which is a parameter of type int?; the parameters are maybe.")]
    [InlineData("int[] sizes = [];", "sizes", "1, 2", "\"1, 2\" is no value for sizes, which is a parameter of type int[] (such as [1, 2, 3] or [\"a\", \"b\"]); the parameters are sizes.")]
    [InlineData("int[] sizes = [];", "sizes", "[1.5]", "\"[1.5]\" is no value for sizes, which is a parameter of type int[] (such as [1, 2, 3] or [\"a\", \"b\"]); the parameters are sizes.")]
    [InlineData("int[] sizes = [];", "sizes", "[null]", "\"[null]\" is no value for sizes, which is a parameter of type int[] (such as [1, 2, 3] or [\"a\", \"b\"]); the parameters are sizes.")]
    [InlineData("var kind = DateTimeKind.Utc;", "kind", "utc", "\"utc\" is no value for kind, which is a parameter of type System.DateTimeKind (Unspecified, Utc, Local); the parameters are kind.")]
    [InlineData("TimeSpan limit = default;", "limit", "5", "\"5\" is no value for limit, which is a parameter of type System.TimeSpan (such as 00:05:00); the parameters are limit.")]
    [InlineData("object thing = 1;", "thing", "5", "The parameter thing cannot be set, for it is of type object: only numbers, texts, bool, enums, TimeSpan, and nullables and arrays of them can.")]
    [InlineData("DateTime[] days = [];", "days", "[]", "The parameter days cannot be set, for it is of type System.DateTime[]: only numbers, texts, bool, enums, TimeSpan, and nullables and arrays of them can.")]
    public void A_value_that_does_not_fit_is_told_from_a_type_that_cannot_be_set(string declaration, string name, string value, string sentence)
    {
        var notebook = Notebook.Parse(NotebookFile.Of(NotebookFile.Code(declaration, "parameters")), "test");

        Assert.Equal(sentence, Assert.Throws<NotebookException>(() => Parameters.Inject(notebook, new Dictionary<string, string> { [name] = value })).Message);
    }

    [Fact]
    public async Task Any_value_arrives_as_it_was_given()
    {
        // All in one notebook, because compiling is what takes the time.
        var expected = new Dictionary<string, object>();
        var given = new Dictionary<string, string>();
        Add("int", Gen.Int, value => value.ToString(CultureInfo.InvariantCulture));
        Add("long", Gen.Long, value => value.ToString(CultureInfo.InvariantCulture));
        Add("double", Gen.Double.Where(double.IsFinite), value => value.ToString("R", CultureInfo.InvariantCulture));
        Add("float", Gen.Float.Where(float.IsFinite), value => value.ToString("R", CultureInfo.InvariantCulture));
        Add("decimal", Gen.Decimal, value => value.ToString(CultureInfo.InvariantCulture));
        Add("bool", Gen.Bool, value => value.ToString());
        Add("string", Gen.String, value => value);
        var declarations = string.Join('\n', given.Keys.Select(name => $"{name.Split('_')[1]} {name} = default;"));
        var notebook = Notebook.Parse(NotebookFile.Of(NotebookFile.Code(declarations, "parameters")), "test");

        Parameters.Inject(notebook, given);

        var script = $"{notebook.Cells[1].Source}\nnew Dictionary<string, object> {{ {string.Join(", ", given.Keys.Select(name => $"[\"{name}\"] = {name}"))} }}";
        var options = ScriptOptions.Default.AddImports("System.Collections.Generic");
        Assert.Equal(expected, await CSharpScript.EvaluateAsync<Dictionary<string, object>>(script, options, cancellationToken: TestContext.Current.CancellationToken));

        void Add<T>(string type, Gen<T> values, Func<T, string> write)
        {
            foreach (var (i, value) in values.Array[50].Single().Index())
            {
                expected.Add($"_{type}_{i}", value!);
                given.Add($"_{type}_{i}", write(value));
            }
        }
    }

    [Fact]
    public async Task Later_cells_see_the_injected_value()
    {
        using var folder = new TemporaryFolder();
        var notebook = WithParameters();
        Parameters.Inject(notebook, new Dictionary<string, string> { ["epochs"] = "3", ["category"] = "cable" });

        var run = await Run.Of(folder.Path, notebook.ToString());

        Assert.Equal("cable 3", run.Succeeded().Shown(3));
    }

    [Fact]
    public void Parameters_of_an_earlier_run_are_replaced()
    {
        var notebook = WithParameters();
        Parameters.Inject(notebook, new Dictionary<string, string> { ["epochs"] = "3", ["seed"] = "4" });
        Parameters.Inject(notebook, new Dictionary<string, string> { ["epochs"] = "5" });

        Assert.Equal(["#r \"System.Xml\"", Declarations, "int epochs = 5;", "$\"{category} {epochs}\""], notebook.Cells.Select(cell => cell.Source));
    }

    [Fact]
    public void Without_declarations_the_value_decides_and_the_cell_comes_after_the_reference()
    {
        var notebook = Notebook.Parse(NotebookFile.Of(NotebookFile.Markdown("# A"), NotebookFile.Code("#r \"System.Xml\""), NotebookFile.Code("1")), "test");

        Parameters.Inject(notebook, new Dictionary<string, string> { ["a"] = "1", ["b"] = "1e3", ["c"] = "true", ["d"] = "x", ["e"] = "5000000000" });

        Assert.Equal("var a = 1;\nvar b = 1000d;\nvar c = true;\nvar d = \"x\";\nvar e = 5000000000L;", notebook.Cells[2].Source);
    }

    [Fact]
    public void Without_declarations_and_references_the_cell_comes_first()
    {
        var notebook = Notebook.Parse(NotebookFile.OfCode("1"), "test");

        Parameters.Inject(notebook, new Dictionary<string, string> { ["a"] = "1" });

        Assert.Equal(["var a = 1;", "1"], notebook.Cells.Select(cell => cell.Source));
        Assert.Throws<NotebookException>(() => Parameters.Inject(notebook, new Dictionary<string, string> { ["1; Boom()"] = "1" }));
    }

    private static Notebook WithParameters() => Notebook.Parse(
        NotebookFile.Of(NotebookFile.Code("#r \"System.Xml\""), NotebookFile.Code(Declarations, "parameters"), NotebookFile.Code("$\"{category} {epochs}\"")),
        "test");
}
