using System.Runtime.InteropServices;

namespace NotebookKernel;

/// <summary>The <c>dotnet</c> that runs this program.</summary>
public static class DotnetHost
{
    /// <summary>Its full path, because an editor that was not started from a terminal may have another <c>PATH</c>; <c>dotnet</c> where it is not beside the runtime.</summary>
    public static string Path
    {
        get
        {
            var host = System.IO.Path.GetFullPath(System.IO.Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet"));
            return File.Exists(host) ? host : "dotnet";
        }
    }
}
