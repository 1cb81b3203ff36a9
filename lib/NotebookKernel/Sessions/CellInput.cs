using Microsoft.DotNet.Interactive;

namespace NotebookKernel.Sessions;

/// <summary>Lets a cell that reads from the console ask its host, and all other code read where it did before.</summary>
/// <param name="outside">Where it did before.</param>
internal sealed class CellInput(TextReader outside) : TextReader
{
    private StringReader line = new("");

    private static Func<string?>? Host => KernelInvocationContext.Current?.ReadLine;

    public override string? ReadLine() => Host is { } host ? line.ReadLine() ?? host() : outside.ReadLine();

    public override int Peek() => Host is null ? outside.Peek() : line.Peek();

    public override int Read()
    {
        if (Host is not { } host)
            return outside.Read();
        if (line.Peek() < 0 && host() is { } next)
            line = new StringReader(next + "\n");
        return line.Read();
    }
}
