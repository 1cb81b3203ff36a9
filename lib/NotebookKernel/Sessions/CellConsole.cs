using System.Text;
using Microsoft.DotNet.Interactive;

namespace NotebookKernel.Sessions;

/// <summary>Sends console text to the cell that writes it; text from outside of cells goes where it went before.</summary>
internal sealed class CellConsole : TextWriter
{
    private static readonly Lazy<CellInput> installation = new(Redirect); // a process has one console

    private readonly string name;
    private readonly TextWriter outside;

    private CellConsole(string name, TextWriter outside)
    {
        this.name = name;
        this.outside = outside;
        CoreNewLine = ['\n'];
    }

    public override Encoding Encoding => outside.Encoding;

    /// <summary>Redirects the process's console, unless that is done already.</summary>
    public static void Install() => _ = installation.Value;

    public override void Write(char value) => Write(value.ToString());

    public override void Write(char[] buffer, int index, int count) => Write(new string(buffer, index, count));

    public override void Write(ReadOnlySpan<char> buffer) => Write(buffer.ToString());

    public override void Write(string? value)
    {
        if (string.IsNullOrEmpty(value))
            return;
        if (KernelInvocationContext.Current is { } cell)
            cell.Publish(new StreamText(name, value));
        else
            outside.Write(value);
    }

    public override void WriteLine(string? value) => Write(value + "\n");

    public override void Flush() => outside.Flush();

    private static CellInput Redirect()
    {
        var input = new CellInput();
        Console.SetOut(new CellConsole("stdout", Console.Out));
        Console.SetError(new CellConsole("stderr", Console.Error));
        Console.SetIn(input);
        return input;
    }
}
