using System.IO.Pipes;
using System.Runtime.InteropServices;
using System.Text;

namespace NotebookKernel.Sessions;

/// <summary>
/// Captures what bypasses <see cref="Console"/> and is written to the process's own standard output and error: by programs
/// that a cell starts, by native libraries and through <see cref="Console.OpenStandardOutput()"/>. It goes to the cell that
/// was started last, because its real origin is unknown.
/// </summary>
/// <remarks>
/// Linux and macOS: file descriptors 1 and 2 become pipes. On Windows this is not possible for a running process;
/// there, a started program writes to the engine's own console, unless the cell redirects it.
/// </remarks>
internal sealed class ProcessOutput
{
    private readonly Lock gate = new();
    private readonly (string Name, AnonymousPipeServerStream Pipe, Decoder Text)[] streams;
    private readonly TextWriter outsideError = OutsideWriter.Error();
    private readonly byte[] buffer = new byte[65536];
    private readonly char[] characters = new char[65537]; // plus one that was incomplete before
    private Action<CellOutput>? cell;

    private ProcessOutput() => streams = [Replace(1, "stdout"), Replace(2, "stderr")];

    /// <summary>
    /// Captures the process's output from now on. An <see cref="OutsideWriter"/> that was opened before still writes outside.
    /// </summary>
    /// <returns><c>null</c> on Windows, where this is not possible.</returns>
    public static ProcessOutput? Redirect()
    {
        if (OperatingSystem.IsWindows())
            return null;
        var output = new ProcessOutput();
        // Text that belongs to no cell, such as a finaliser's, is handled the same way.
        Console.SetOut(new StreamWriter(Console.OpenStandardOutput()) { AutoFlush = true });
        Console.SetError(new StreamWriter(Console.OpenStandardError()) { AutoFlush = true });
        new Thread(output.ReadForEver) { IsBackground = true, Name = "Output of the process" }.Start();
        return output;
    }

    /// <summary>Sends all output from now on to a cell.</summary>
    /// <param name="host">For whom the cell runs.</param>
    /// <returns>A host whose outputs do not overtake what was written before.</returns>
    public CellHost GiveTo(CellHost host)
    {
        lock (gate)
        {
            Take();
            cell = host.Publish;
        }

        return host with
        {
            Publish = output =>
            {
                Take();
                host.Publish(output);
            },
        };
    }

    /// <summary>Reads everything written so far, including text still in native code's own buffers.</summary>
    public void TakeAll()
    {
        _ = FlushNative(0);
        Take();
    }

    private static (string Name, AnonymousPipeServerStream Pipe, Decoder Text) Replace(int descriptor, string name)
    {
        var pipe = new AnonymousPipeServerStream(PipeDirection.In, HandleInheritability.None);
        if (Duplicate((int)pipe.ClientSafePipeHandle.DangerousGetHandle(), descriptor) < 0)
            throw new IOException($"The process's {name} cannot be redirected.");
        pipe.DisposeLocalCopyOfClientHandle();
        return (name, pipe, Encoding.UTF8.GetDecoder());
    }

    private void ReadForEver()
    {
        while (true)
        {
            _ = HasText(Timeout.Infinite);
            Take();
        }
    }

    private void Take()
    {
        lock (gate)
        {
            while (HasText(0) is { Length: > 0 } ready)
            {
                foreach (var (name, pipe, text) in ready)
                {
                    var count = text.GetChars(buffer.AsSpan(0, pipe.Read(buffer)), characters, flush: false);
                    var written = new string(characters, 0, count);
                    // Errors also go outside: they may be the process's last words, which its parent should see.
                    if (name == "stderr" || cell == null)
                        outsideError.Write(written);
                    if (count > 0)
                        cell?.Invoke(new StreamText(name, written));
                }
            }
        }
    }

    private (string Name, AnonymousPipeServerStream Pipe, Decoder Text)[] HasText(int timeout)
    {
        var asked = Array.ConvertAll(streams, stream => new Poll((int)stream.Pipe.SafePipeHandle.DangerousGetHandle(), Poll.Readable, 0));
        return WaitFor(asked, (nuint)asked.Length, timeout) > 0
            ? [.. streams.Where((_, i) => (asked[i].Happened & Poll.Readable) != 0)]
            : [];
    }

    /// <summary>poll.h's <c>struct pollfd</c>.</summary>
    private record struct Poll(int Descriptor, short Wanted, short Happened)
    {
        public const short Readable = 1; // POLLIN
    }

    [DllImport("libc", EntryPoint = "dup2")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Duplicate(int descriptor, int place);

    [DllImport("libc", EntryPoint = "poll")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int WaitFor([In, Out] Poll[] descriptors, nuint count, int timeout);

    [DllImport("libc", EntryPoint = "fflush")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int FlushNative(nint allStreams);
}
