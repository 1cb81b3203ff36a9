using System.Runtime.InteropServices;
using System.Text;

namespace NotebookKernel.Sessions;

/// <summary>
/// Writes to the process's original output or error, even after these were redirected. <see cref="Console"/> cannot be used
/// for that: on Unix its streams lock <see cref="Console.Out"/>, which a writing cell holds already.
/// </summary>
internal sealed class OutsideWriter : TextWriter
{
    private const int Interrupted = 4; // EINTR
    private readonly int descriptor;

    private OutsideWriter(int descriptor)
    {
        this.descriptor = Duplicate(descriptor);
        _ = Control(this.descriptor, OperatingSystem.IsMacOS() ? 0x20006601u : 0x5451u); // FIOCLEX: started programs do not inherit it
    }

    public override Encoding Encoding => Encoding.UTF8;

    /// <summary>The process's output, in UTF-8 everywhere.</summary>
    public static TextWriter Output() => OperatingSystem.IsWindows() ? new StreamWriter(Console.OpenStandardOutput()) { AutoFlush = true } : new OutsideWriter(1);

    /// <summary>The process's error, in UTF-8 everywhere.</summary>
    public static TextWriter Error() => OperatingSystem.IsWindows() ? new StreamWriter(Console.OpenStandardError()) { AutoFlush = true } : new OutsideWriter(2);

    public override void Write(char value) => Write(value.ToString());

    public override void Write(char[] buffer, int index, int count) => Write(new string(buffer, index, count));

    // If nobody reads any more, text is dropped, as the console does.
    public override void Write(string? value)
    {
        var bytes = Encoding.UTF8.GetBytes(value ?? "");
        for (var written = 0; written < bytes.Length;)
        {
            var count = (int)Write(descriptor, ref bytes[written], (nuint)(bytes.Length - written));
            if (count < 0 && Marshal.GetLastPInvokeError() != Interrupted)
                return;
            written += Math.Max(0, count);
        }
    }

    public override void WriteLine(string? value) => Write(value + "\n");

    [DllImport("libc", EntryPoint = "dup")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Duplicate(int descriptor);

    [DllImport("libc", EntryPoint = "ioctl")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Control(int descriptor, nuint request);

    [DllImport("libc", EntryPoint = "write", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern nint Write(int descriptor, ref byte bytes, nuint count);
}
