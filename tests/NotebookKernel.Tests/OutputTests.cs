using CsCheck;
using NotebookKernel.Running;

namespace NotebookKernel.Tests;

public sealed class OutputTests : IDisposable
{
    private const string PictureLibrary = """
        using System; using System.Collections.Generic; using System.IO;
        namespace Pictures;
        [AttributeUsage(AttributeTargets.Class)]
        internal sealed class TypeFormatterSourceAttribute : Attribute
        {
            public TypeFormatterSourceAttribute(Type source) => FormatterSourceType = source;
            public Type FormatterSourceType { get; }
            public string[] PreferredMimeTypes { get; set; }
        }
        [TypeFormatterSource(typeof(Source), PreferredMimeTypes = new[] { "text/html", "image/png" })]
        public record Picture(string Name);
        internal sealed class Source { public IEnumerable<object> CreateTypeFormatters() => new object[] { new Html(), new Png(), new Plain() }; }
        internal sealed class Html { public string MimeType => "text/html"; public bool Format(object o, TextWriter w) { w.Write($"<b>{((Picture)o).Name}</b>\n<i/>"); return true; } }
        internal sealed class Png { public string MimeType => "image/png"; public bool Format(object o, TextWriter w) { w.Write("iVBORw0KGgo="); return true; } }
        internal sealed class Plain { public string MimeType => "text/plain"; public bool Format(object o, TextWriter w) { w.Write("picture " + ((Picture)o).Name); return true; } }
        """;

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Console_text_is_kept_in_order_and_runs_of_one_stream_are_one_output()
    {
        var run = await Run.Cells(folder.Path, "Console.Write(1);\nConsole.WriteLine(\" one\");\nConsole.Error.WriteLine(\"warning\");\nConsole.WriteLine('x');\nConsole.WriteLine();");

        Assert.Equal(
            [("stdout", "1 one\n"), ("stderr", "warning\n"), ("stdout", "x\n\n")],
            run.Succeeded().Outputs(0).Select(output => (output!["name"]!.ToString(), Run.Text(output["text"]))));
    }

    [Fact]
    public async Task A_progress_bar_leaves_its_last_line()
    {
        var run = await Run.Cells(folder.Path, "for (var i = 0; i <= 100; i++)\n    Console.Write($\"\\r{i} % {(i < 100 ? \"...\" : \"\")}\");\nConsole.Write(\"\\r\\nnext\\r\\n\");");

        Assert.Equal("100 % ..\nnext\n", run.Succeeded().Printed(0));
    }

    [Fact]
    public void Text_with_carriage_returns_reads_as_on_a_terminal()
    {
        Gen.Char["ab\r\n"].Array[0, 30].Sample(characters =>
        {
            // An independent account: every line is a row of cells that later characters overwrite.
            var expected = string.Join('\n', new string(characters).Split('\n').Select(line =>
            {
                var row = new SortedDictionary<int, char>();
                foreach (var overwrite in line.Split('\r'))
                {
                    foreach (var (column, character) in overwrite.Index())
                        row[column] = character;
                }

                return new string([.. row.Values]);
            }));
            var buffer = new StreamBuffer("stdout");
            foreach (var piece in characters.Chunk(4))
                buffer.Append(piece);
            Assert.Equal(expected, buffer.ToString());
        });
    }

    [Fact]
    public async Task What_a_cell_clears_is_gone_at_once_or_when_something_follows()
    {
        var run = await Run.Cells(
            folder.Path,
            "using Microsoft.DotNet.Interactive;\nConsole.Write(1);\nKernelInvocationContext.Current.ClearOutput();\nConsole.Write(2);",
            "using Microsoft.DotNet.Interactive;\nConsole.Write(1);\nKernelInvocationContext.Current.ClearOutput(wait: true);",
            "using Microsoft.DotNet.Interactive;\nConsole.Write(1);\nKernelInvocationContext.Current.ClearOutput(wait: true);\n2");

        Assert.Equal(("2", "1", "2"), (run.Succeeded().Printed(0), run.Printed(1), run.Shown(2)));
        Assert.Single(run.Outputs(2));
    }

    [Theory]
    [InlineData("\e[1;31mred\e[0m\n", "\e[1;31mred\e[0m\n")]
    [InlineData("\e[31mlong text\rsh", "shng text")]
    [InlineData("\r\e[32m10 %\e[0m\r\e[32m20 %\e[0m", "\e[0m\e[32m20 %\e[0m")]
    [InlineData("100 % ...\r\e[Kdone", "done")]
    [InlineData("100 %\e[2K\rdone", "done")]
    [InlineData("100 %\e[2Kdone", "     done")]
    [InlineData("\e]0;title\a\e]8;;https://example.org\e\\link\e]8;;\e\\", "link")]
    [InlineData("one\n\e[1Atwo\e[?25l", "one\ntwo")]
    [InlineData("broken \e[31\nnext", "broken \nnext")]
    [InlineData("a [bracket] stays", "a [bracket] stays")]
    public void Console_codes_do_what_they_do_on_a_terminal(string written, string read)
    {
        var buffer = new StreamBuffer("stdout");
        foreach (var character in written)
            buffer.Append([character]);

        Assert.Equal(read, buffer.ToString());
    }

    [Fact]
    public async Task A_cell_that_prints_a_million_lines_is_cut_short_and_says_so()
    {
        var run = await Run.Cells(folder.Path, "for (var i = 0; i < 1_000_000; i++)\n    Console.WriteLine(\"0123456789\");\n\"done\"");

        Assert.Equal(1_000_000, run.Succeeded().Printed(0).Length);
        Assert.Equal("[This cell printed 10,000,000 more characters; only the first 1,000,000 are kept.]\n", run.Printed(0, "stderr"));
        Assert.Equal("\"done\"".Trim('"'), Run.Text(run.Outputs(0)[1]!["data"]!["text/plain"]));
        Assert.InRange(run.Events.OfType<RunOutput>().Sum(output => output.Text.Length), 1_000_000, 1_001_000);
    }

    [Fact]
    public async Task A_value_is_shown_in_every_mime_type_that_its_formatters_offer()
    {
        Library.Compile(folder.Path, "Pictures", PictureLibrary);

        var run = await Run.Cells(folder.Path, "#r \"Pictures.dll\"\nvar picture = new Pictures.Picture(\"bottle\");\npicture", "display(picture);");

        foreach (var cell in (int[])[0, 1])
        {
            var data = run.Succeeded().Outputs(cell)[0]!["data"]!.AsObject();
            Assert.Equal(["image/png", "text/html", "text/plain"], data.Select(item => item.Key).Order());
            Assert.Equal(["<b>bottle</b>\n", "<i/>"], data["text/html"]!.AsArray().Select(line => line!.ToString()));
            Assert.Equal(("iVBORw0KGgo=", "picture bottle"), (data["image/png"]!.GetValue<string>(), run.Shown(cell)));
        }

        Assert.Equal(("execute_result", "display_data"), (run.Outputs(0)[0]!["output_type"]!.ToString(), run.Outputs(1)[0]!["output_type"]!.ToString()));
    }

    [Theory]
    [InlineData("42", "42", "<pre>42</pre>")]
    [InlineData("true", "True", "<pre>True</pre>")]
    [InlineData("(object)null", "<null>", "<pre>&lt;null&gt;</pre>")]
    [InlineData("new { A = 1 }", "A: 1", "<td>A</td>")]
    public async Task Values_are_shown_as_plain_text_and_html(string expression, string plain, string html)
    {
        var run = await Run.Cells(folder.Path, expression);

        Assert.Contains(plain, run.Succeeded().Shown(0), StringComparison.Ordinal);
        Assert.Contains(html, run.Shown(0, "text/html"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_string_is_shown_as_plain_text_only()
    {
        var run = await Run.Cells(folder.Path, "\"<b>\"");

        var data = run.Succeeded().Outputs(0)[0]!["data"]!.AsObject();
        Assert.Equal([("text/plain", "<b>")], data.Select(item => (item.Key, Run.Text(item.Value))));
    }

    [Fact]
    public async Task Values_are_displayed_in_the_mime_types_asked_for()
    {
        var run = await Run.Cells(folder.Path, "display(new[] { 1 }, \"application/json\");\n\"<hr>\".DisplayAs(\"text/html\");\nHTML(\"<p>\").Display(\"text/html\");\n7.Display();");

        var shown = run.Succeeded().Outputs(0).Select(output => output!["data"]!.AsObject()).ToList();
        Assert.Equal("[1]", shown[0]["application/json"]!.AsArray().ToJsonString());
        Assert.Equal([("text/html", "<hr>")], shown[1].Select(item => (item.Key, Run.Text(item.Value))));
        Assert.Equal("<p>", Run.Text(shown[2]["text/html"]));
        Assert.Equal("7", Run.Text(shown[3]["text/plain"]));
    }

    [Fact]
    public async Task An_update_leaves_the_last_state_where_the_display_was()
    {
        var run = await Run.Cells(
            folder.Path,
            "var shown = display(\"starting\");\nConsole.WriteLine(\"after\");\nshown.Update(\"half\");",
            "shown.Update(\"finished\");\nConsole.Write(\"other\");");

        Assert.Equal("finished", Run.Text(run.Succeeded().Outputs(0)[0]!["data"]!["text/plain"]));
        Assert.Equal((2, 1), (run.Outputs(0).Count, run.Outputs(1).Count));
        Assert.Equal(["starting\n", "after\n", "half\n", "finished\n", "other"], run.Events.OfType<RunOutput>().Select(output => output.Text));
    }

    [Fact]
    public async Task Output_of_a_cells_own_thread_belongs_to_the_cell()
    {
        var run = await Run.Cells(
            folder.Path,
            "var go = new TaskCompletionSource();\nvar later = Task.Run(async () => { await go.Task; Console.Write(\"from the first\"); });",
            "var thread = new System.Threading.Thread(() => Console.Write(\"from the second\")); thread.Start(); thread.Join();\ngo.SetResult(); await later;");

        Assert.Equal(("from the first", "from the second"), (run.Succeeded().Printed(0), run.Printed(1)));
    }

    [Fact]
    public async Task Two_sessions_at_once_keep_their_output_apart()
    {
        var cell = "for (var i = 0; i < 200; i++) { Console.Write(name); await Task.Yield(); }";
        var runs = await Task.WhenAll(((string[])["a", "b"]).Select(name => Task.Run(() => Run.Cells(folder.Path, $"var name = \"{name}\";", cell))));

        Assert.Equal([new string('a', 200), new string('b', 200)], runs.Select(run => run.Succeeded().Printed(1)));
    }
}
