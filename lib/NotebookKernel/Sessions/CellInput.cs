using Microsoft.DotNet.Interactive;

namespace NotebookKernel.Sessions;

/// <summary>Lets a cell that reads from the console ask its host, and all other code read from the process's input.</summary>
internal sealed class CellInput : TextReader
{
    // Only opened where somebody reads: opening a terminal changes its settings.
    private readonly Lazy<TextReader> outside = new(() => new StreamReader(Console.OpenStandardInput(), Console.InputEncoding));
    private StringReader line = new("");

    private static Func<string?>? Host => KernelInvocationContext.Current?.ReadLine;

    public override string? ReadLine() => Host is { } host ? line.ReadLine() ?? host() : outside.Value.ReadLine();

    public override int Peek() => Host is null ? outside.Value.Peek() : line.Peek();

    public override int Read()
    {
        if (Host is not { } host)
            return outside.Value.Read();
        if (line.Peek() < 0 && host() is { } next)
            line = new StringReader(next + "\n");
        return line.Read();
    }
}
